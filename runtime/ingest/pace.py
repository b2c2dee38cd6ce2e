"""How many pictures a second a file shows, by when it shows them: containers state it seldom, and some of them wrongly."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import fmean, median
from typing import Final, NamedTuple

FEWEST: Final = 4
"""Pictures; of fewer nothing can be said."""
PICTURES: Final = 240
"""Pictures after which nobody looks further."""
LOOKED: Final = 32 * 1024 * 1024
"""Bytes that are read for their times at most; a second of film at 250 Mbit/s."""
_KNOWN: Final = tuple(
    Fraction(rate)
    for rate in (
        *("1", "5", "6", "8", "10", "12000/1001", "12", "25/2", "15000/1001", "15", "18", "20"),
        *("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50", "60000/1001", "60"),
        *("72", "90", "100", "120000/1001", "120", "144", "240000/1001", "240"),
    )
)
_EQUAL: Final = 0.0004  # of a rate; 24 and 24000/1001 are a thousandth apart
_STEADY, _NEAR = 0.97, 0.02  # share of the distances that are alike, and how far alike ones may be apart
_CLOSE: Final = 0.1  # of the distances, the closest ones, which are not believed: phones jitter


class Pace(NamedTuple):
    """What the time stamps say; nothing of too few."""

    rate: Fraction | None = None
    """Frames a second, if they are constant."""
    highest: float | None = None
    """Frames a second that are reached, if they are not."""


def pace(times: Sequence[float], tick: float, lasts: float | None = None) -> Pace:
    """Of the seconds at which a file's first pictures are shown, in any order, rounded to a `tick`; `lasts`: what it says of each.

    A picture that is missing here and there, or is cut off the end of what was looked at, changes no rate.
    """
    shown = sorted(set(times))
    distances = sorted(after - before for before, after in pairwise(shown))
    if len(distances) < FEWEST - 1:
        return Pace()
    middle = median(distances)
    alike = [each for each in distances if abs(each - middle) <= max(1.01 * tick, _NEAR * middle)]
    if len(alike) >= min(_STEADY * len(distances), len(distances) - 1):
        found = fmean(alike)
        within = max(_EQUAL, 2 * tick / (len(alike) * found))
        if lasts is not None and abs(lasts - found) <= within * found:
            found, within = lasts, _EQUAL
        return Pace(rate=_named(1 / found, within))
    return Pace(highest=1 / distances[int(_CLOSE * len(distances))])


def _named(rate: float, within: float) -> Fraction:
    nearest = min(_KNOWN, key=lambda known: abs(float(known) - rate))
    return nearest if abs(float(nearest) - rate) <= within * rate else Fraction(rate).limit_denominator(100)
