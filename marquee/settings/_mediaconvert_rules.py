"""Rules about MediaConvert as the encoder."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from marquee.settings._broken import Broken, Rule
from marquee.settings._platform import Settings


def mediaconvert_cuts_by_whole_seconds(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Its segment length is in whole seconds, and rounds up to the next group of pictures: 5 s give 5.76 s in groups of 1.92 s."""
    segment, gop = Fraction(str(s.media.segment_seconds)), Fraction(str(s.media.gop_seconds))
    if s.media.encoder == "mediaconvert" and segment % gop == 0 and int(segment) <= segment - gop:
        why = f"cannot be asked of MediaConvert: no whole number of seconds rounds up to it in groups of {float(gop):g} s"
        yield Broken(("media", "segment_seconds"), why, f"write {int(segment)} or {int(segment) + 1}, or longer groups")


MEDIACONVERT_RULES: tuple[Rule, ...] = (mediaconvert_cuts_by_whole_seconds,)
