"""How a rendition is cut: segments that begin with a key frame, and key frames a whole number of frames apart."""

from fractions import Fraction
from math import ceil


def gop_frames(frame_rate: Fraction, gop_seconds: Fraction) -> int:
    """Frames from one key frame to the next, at least one. At 30000/1001 frames a second two seconds are 60 frames, which last 2.002 s."""
    return max(1, round(frame_rate * gop_seconds))


def segment_count(duration: Fraction, frame_rate: Fraction | None, *, segment_seconds: Fraction, gop_seconds: Fraction) -> int:
    """Segments that `duration` seconds give, the last one shorter.

    With a frame rate a segment lasts as long as its whole groups of pictures really do; without, as long as was asked for.
    """
    length = segment_seconds
    if frame_rate:
        groups = max(1, round(segment_seconds / gop_seconds))
        length = groups * gop_frames(frame_rate, gop_seconds) / frame_rate
    return ceil(duration / length)
