"""What of a picture decides how it is encoded: its size as displayed and a constant rate."""

from fractions import Fraction
from typing import Final

from marquee.domain.ladder.plan import Source
from marquee.domain.media import AudioTrack, VideoTrack

USUAL_RATES: Final = tuple(
    Fraction(rate)
    for rate in ("10", "12", "25/2", "15", "20", "24000/1001", "24", "25", "30000/1001", "30", "48", "50", "60000/1001", "60")
)  # ascending
FALLBACK_RATE: Final = Fraction(30)
"""For a file that tells nothing at all of its rate."""
LONGEST_SIDE, SHORTEST_SIDE = 8192, 4320
"""Pixels that a picture may have; the most that MediaConvert reads. Source: MediaConvert user guide, "Supported input codecs"."""


def encode_rate(stated: str | None, highest: float | None) -> Fraction:
    """The stated constant rate, or the usual one nearest to the `highest` that a variable one reaches: no motion is lost then."""
    if stated:
        return Fraction(stated)
    if not highest:
        return FALLBACK_RATE
    return min(USUAL_RATES, key=lambda usual: abs(usual - Fraction(highest).limit_denominator(1001)))


def of_frames(rate: Fraction, *, interlaced: bool) -> Fraction:
    """The rate of whole frames: a stream may show each field on its own, and no interlaced frames are more than 30 a second."""
    return rate / 2 if interlaced and rate > 30 else rate


def turned(picture: VideoTrack, degrees: float) -> VideoTrack:
    """The picture as it is displayed after a turn by whole quarters."""
    sideways = round(degrees) % 180 == 90
    return {**picture, "width": picture["height"], "height": picture["width"]} if sideways else picture


def problem(picture: VideoTrack, rate: Fraction, audio: list[AudioTrack]) -> str | None:
    """Why no rendition can be made of the picture, or None."""
    width, height = picture["width"], picture["height"]
    if max(width, height) > LONGEST_SIDE or min(width, height) > SHORTEST_SIDE:
        return f"{width}x{height} is beyond {LONGEST_SIDE}x{SHORTEST_SIDE} pixels"
    try:
        Source.of([picture], audio, rate)
    except ValueError as error:
        return str(error).removeprefix("source: ")
    return None
