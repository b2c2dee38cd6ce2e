"""The ladder of a live channel: fewer rungs than a film's, since every one of them is paid by the minute, watched or not."""

from fractions import Fraction
from typing import Final

from marquee.domain.ladder.default import AVC
from marquee.domain.ladder.devices import ANDROID, APPLE, BROWSER, CELLULAR, FIBRE, HOME, TELEVISION
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.plan import Plan, for_source
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.tracks import AudioTrack

LOW_LATENCY_SECONDS: Final = Fraction(2)
"""Segment length of a low-latency channel: the shortest that the ladder knows."""
_HEIGHTS: Final = (234, 432, 540, 720, 1080)


def live_plan(width: int, height: int, fps: Fraction, *, segment_seconds: Fraction, gop_seconds: Fraction) -> Plan:
    """The plan of a channel whose contribution has this size and rate, in stereo.

    AVC alone: all devices decode it, and a live encode of HEVC costs twice. No picture is larger than the contribution's.
    """
    ladder = Ladder(
        renditions=tuple(rung for rung in AVC if rung.height in _HEIGHTS and rung.height <= height),
        audio=(AudioTrack(codec="aac", kbps=128),),
        devices=(APPLE, ANDROID, BROWSER, TELEVISION),
        networks=(CELLULAR, HOME, FIBRE),
        thumbnails=None,
        trick_play=None,
        segmenting=Segmenting(seconds=segment_seconds, gop_seconds=min(gop_seconds, segment_seconds)),
    )
    return for_source(ladder, width, height, fps)
