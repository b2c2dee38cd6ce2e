"""Cron expressions as EventBridge Scheduler takes them. Source: EventBridge Scheduler User Guide, "Schedule types"."""

import re
from typing import Final, NamedTuple

from marquee.settings._problem import reject


class _Field(NamedTuple):
    """One of the six fields."""

    what: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    """Names of the values from `low` on."""
    special: str = r"(?!)"
    """What else the field takes; nothing by default."""


_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31, special=r"\?|L(-([1-9]|[12][0-9]|30))?|LW|([1-9]|[12][0-9]|3[01])W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 1, 7, _DAYS, special=rf"\?|L|([1-7]|{'|'.join(_DAYS)})(L|#[1-5])"),
    _Field("year", 1970, 2199),
)


def sound_cron(value: str) -> str:
    """Minutes, hours, days, months and years that there are, and `?` in one of the two day fields alone: AWS makes no other schedule."""
    texts = value.removeprefix("cron(").removesuffix(")").split()
    for field, text in zip(_FIELDS, texts, strict=True):
        for item in text.split(","):
            if not _known(field, item.upper()):
                raise reject(f"has {item!r} in the place of the {field.what}", f"write a {field.what} from {field.low} to {field.high}")
    if (texts[2] == "?") == (texts[4] == "?"):
        raise reject("names the days twice, or not at all", "write ? in one of the third and fifth field, as in cron(0 18 ? * MON-FRI *)")
    return value


def _known(field: _Field, item: str) -> bool:
    if re.fullmatch(field.special, item):
        return True
    span, stepped, step = item.partition("/")
    if stepped and (not step.isdecimal() or not 1 <= int(step) <= field.high):
        return False
    if span == "*":
        return True
    first, ranged, last = span.partition("-")
    ends = [_number(field, first), *([_number(field, last)] if ranged else [])]
    return all(end is not None and field.low <= end <= field.high for end in ends)


def _number(field: _Field, text: str) -> int | None:
    if text in field.words:
        return field.words.index(text) + field.low
    return int(text) if text.isdecimal() else None
