"""The ladder that a stack has unless it says otherwise, and why it looks so."""

from dataclasses import replace
from typing import Final

from marquee.domain.ladder.devices import ANDROID, APPLE, BROWSER, CELLULAR, FIBRE, HOME, TELEVISION
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack

AVC: Final = (
    # Everybody decodes AVC, so it alone spans the whole range of networks. Sizes and rates follow Apple's table of sample bitrates
    # (HLS Authoring Specification, Video, table 1), as ceilings: QVBR spends less wherever it can.
    Rendition(codec="avc", width=416, height=234, max_kbps=300, quality=6, level="3.0", max_fps=30),
    Rendition(codec="avc", width=640, height=360, max_kbps=700, quality=6, level="3.0", max_fps=30),
    Rendition(codec="avc", width=768, height=432, max_kbps=1_200, quality=7, level="3.0", max_fps=30),
    Rendition(codec="avc", width=960, height=540, max_kbps=2_000, quality=7, level="3.1", profile="high", max_fps=30),
    Rendition(codec="avc", width=1280, height=720, max_kbps=4_000, quality=7, level="3.2", profile="high"),
    Rendition(codec="avc", width=1920, height=1080, max_kbps=7_000, quality=8, level="4.2", profile="high"),
)
"""Ends at 1080p: above it AVC costs twice what HEVC does, and whatever shows 4K decodes HEVC or AV1."""

HEVC: Final = (
    # Begins where it saves something worth another encode: below 540p a title's AVC is a few hundred kbit/s.
    Rendition(codec="hevc", width=960, height=540, max_kbps=1_400, quality=7, level="3.0", max_fps=30),
    Rendition(codec="hevc", width=1280, height=720, max_kbps=2_600, quality=7, level="4.0"),
    Rendition(codec="hevc", width=1920, height=1080, max_kbps=4_800, quality=8, level="4.1"),
    Rendition(codec="hevc", width=2560, height=1440, max_kbps=8_500, quality=8, level="5.0"),
    Rendition(codec="hevc", width=3840, height=2160, max_kbps=15_000, quality=8, level="5.1"),
)
"""For Apple's devices and televisions. 8 bits, since nothing here grades for HDR."""

AV1: Final = (
    # For Chrome, Firefox and new phones, which have no HEVC for certain. Begins lower: phones on cellular gain most.
    Rendition(codec="av1", width=640, height=360, max_kbps=450, quality=6, level="3.0", max_fps=30),
    Rendition(codec="av1", width=960, height=540, max_kbps=1_100, quality=7, level="3.0", max_fps=30),
    Rendition(codec="av1", width=1280, height=720, max_kbps=2_000, quality=7, level="4.0"),
    Rendition(codec="av1", width=1920, height=1080, max_kbps=3_800, quality=8, level="4.1"),
    Rendition(codec="av1", width=3840, height=2160, max_kbps=12_000, quality=8, level="5.1"),
)

AUDIO: Final = (
    # 64 kbit/s of AAC is still speech and music, and is what is left when the line cannot carry a picture.
    AudioTrack(codec="aac", kbps=64, audio_only=True),
    AudioTrack(codec="aac", kbps=128),
    AudioTrack(codec="eac3", kbps=384),
)

CAPTIONS: Final = (CaptionTrack(kind="webvtt", language="en"),)


def default_ladder() -> Ladder:
    """AVC for all, HEVC and AV1 where they pay; `cbcs`, the one scheme that FairPlay, Widevine and PlayReady 4 share; segments of 6 s.

    Televisions older than PlayReady 4 are left out: they need `cenc`, hence a second set of segments.
    """
    return Ladder(
        renditions=AVC + HEVC + AV1,
        audio=AUDIO,
        captions=CAPTIONS,
        devices=(APPLE, ANDROID, BROWSER, TELEVISION),
        networks=(CELLULAR, HOME, FIBRE),
    )


def transported(ladder: Ladder) -> Ladder:
    """The same ladder as the source of a packager: clear MPEG-2 transport streams, without what those or the packager do not take.

    Thumbnails are single pictures: MediaConvert writes sheets beside an HLS group's playlists alone, and lists them there.
    """
    return replace(
        ladder,
        container="ts",
        renditions=tuple(rung for rung in ladder.renditions if rung.codec != "av1"),
        audio=tuple(track for track in ladder.audio if not track.audio_only),
        thumbnails=replace(ladder.thumbnails, columns=1, rows=1) if ladder.thumbnails else None,
        trick_play=None,
        protection=None,
    )
