"""Which seconds of a title to measure: its hardest, which decide what a ceiling must hold, and its usual ones, which decide the rest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from marquee.domain.ladder.opening import QUIET
from marquee.domain.ladder.per_title import MOST_SECONDS
from runtime.encode.source import SOURCE
from runtime.encode.tools import BadMediaError, decode

_CANDIDATES: Final = 8
_GLIMPSE: Final = 1  # second
_EDGES: Final = Fraction(1, 20)  # of the title at each end: logos and credits are easy, and nobody is there for them

Reader = Callable[[Sequence[str]], list[str]]
"""Puts the master's address into arguments that read `SOURCE`."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of a title, in seconds."""

    start: Fraction
    seconds: Fraction


def choose_windows(reading: Reader, duration: Fraction, folder: Path) -> tuple[Window, ...]:
    """One or two windows, `MOST_SECONDS` in all; the whole of a title that is no longer. In the title's order."""
    if duration <= MOST_SECONDS:
        return (Window(start=Fraction(0), seconds=duration),)
    seconds = Fraction(MOST_SECONDS, 2)
    starts = _candidates(duration, seconds)
    ranked = sorted(starts, key=lambda start: _difficulty(reading, start, folder))
    hardest, usual = ranked[-1], ranked[(len(ranked) - 1) // 2]
    if abs(hardest - usual) < seconds:  # a short title: the windows would overlap
        return (Window(start=min(hardest, duration - MOST_SECONDS), seconds=Fraction(MOST_SECONDS)),)
    return tuple(Window(start=start, seconds=seconds) for start in sorted((hardest, usual)))


def _candidates(duration: Fraction, seconds: Fraction) -> list[Fraction]:
    first, last = duration * _EDGES, duration * (1 - _EDGES) - seconds
    return [first + (last - first) * index / (_CANDIDATES - 1) for index in range(_CANDIDATES)]


def _difficulty(reading: Reader, start: Fraction, folder: Path) -> int:
    """Bytes that a second takes as a fast encode of a very small picture. 0 where nothing can be decoded."""
    glimpse = folder / "glimpse.h264"
    glimpse.unlink(missing_ok=True)
    arguments = [
        *QUIET, "-ss", f"{float(start):.3f}", "-i", SOURCE, "-t", str(_GLIMPSE),
        "-map", "0:V:0", "-an", "-sn", "-dn", "-vf", "scale=320:-2,format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-crf", "28", glimpse.name,
    ]  # fmt: skip
    try:
        decode(reading(arguments), folder)
    except BadMediaError:
        return 0
    return glimpse.stat().st_size if glimpse.exists() else 0
