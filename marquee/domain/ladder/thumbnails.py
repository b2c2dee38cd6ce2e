"""The WebVTT that tells a player which part of which sheet shows which moment."""

from fractions import Fraction
from math import ceil
from typing import Final

from marquee.domain.ladder.plan import Plan

SHEET: Final = "sheet-%05d.jpg"
"""Names of sheets, from 0 on, but for MediaConvert's."""


def webvtt(plan: Plan, duration: Fraction, pattern: str = SHEET) -> str:
    """One cue a thumbnail, `sheet-00000.jpg#xywh=160,0,160,90`, for a title of `duration` seconds.

    Source: W3C Media Fragments URI 1.0, 4.2.2 (pixels). ValueError if the ladder has no thumbnails or the duration is not positive.
    """
    grid = plan.ladder.thumbnails
    if grid is None:
        raise ValueError("thumbnails is None, there are no sheets to point at; give the ladder Thumbnails")
    if duration <= 0:
        raise ValueError(f"duration {float(duration):g} s holds no picture; probe the master again")
    width, height = plan.thumbnail_size
    lines = ["WEBVTT"]
    for index in range(ceil(duration / grid.interval)):
        sheet, place = divmod(index, grid.columns * grid.rows)
        row, column = divmod(place, grid.columns)
        start, end = Fraction(index * grid.interval), min(Fraction((index + 1) * grid.interval), duration)
        lines += ["", f"{_clock(start)} --> {_clock(end)}", f"{pattern % sheet}#xywh={column * width},{row * height},{width},{height}"]
    return "\n".join(lines) + "\n"


def _clock(seconds: Fraction) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
