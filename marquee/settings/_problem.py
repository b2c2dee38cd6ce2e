"""What is wrong with a stack file: a list of problems, each with its place and its remedy."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic_core import PydanticCustomError

from marquee.errors import MarqueeError

SHOWN: Final = 60
"""Characters of a wrong value that a problem repeats."""

FILE: Final = "(file)"
"""Path of a problem that concerns the stack file as a whole."""

MAX_RENDERED: Final = 40
"""Problems that are shown; the first ones often explain the rest."""

Place = tuple[str | int, ...]
"""Steps from `marquee:platform` to a value, as in `("regions", 0, "cidr")`."""


_PLAIN_KEY: Final = re.compile(r"[\w:(){}<>. -]+", re.ASCII)
"""Other keys, the empty one too, are quoted in a path."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to change in the stack file."""

    path: str
    """Where, as in `regions[0].cidr`; empty for the whole."""
    value: str
    """What stands there, as `shown` writes it; empty for nothing."""
    why: str
    fix: str
    line: int = 0
    """Line of the stack file, from 1; 0 when the settings came from elsewhere."""


class SettingsError(MarqueeError):
    """The stack's settings cannot be used. `problems` is never empty and in the order of the checks."""

    exit_code = 2

    def __init__(self, stack: str, problems: Iterable[Problem]):
        self.stack = stack
        self.problems = tuple(problems)
        many = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        super().__init__(f"the settings of stack {shown(stack)} have {many}", fix="marquee config explain PATH says what a setting means")

    def render(self) -> str:
        """Plain text, a block a problem, for a log or for Pulumi."""
        blocks = [f"  {_where(p)}\n    why: {p.why}\n    fix: {p.fix}" for p in self.problems[:MAX_RENDERED]]
        if (more := len(self.problems) - MAX_RENDERED) > 0:
            blocks.append(f"  … and {more} more")
        return "\n".join([f"{self.what}:", *blocks])

    def __str__(self) -> str:
        return self.render()


def _where(problem: Problem) -> str:
    value = f" = {problem.value}" if problem.value else ""
    line = f" (line {problem.line})" if problem.line else ""
    return f"{problem.path or 'marquee:platform'}{value}{line}"


def shown(value: Any) -> str:
    """A value as a problem repeats it: one line of at most `SHOWN` characters, empty for None."""
    if value is None:
        return ""
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def dotted(place: Place) -> str:
    """`("regions", 0, "cidr")` → `regions[0].cidr`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part if _PLAIN_KEY.fullmatch(part) else repr(part)}" for part in place)
    return text.removeprefix(".")


def reject(why: str, fix: str) -> PydanticCustomError:
    """The error that a validator of the vocabulary raises; `load` turns it into a Problem."""
    return PydanticCustomError("marquee", "{why}", {"why": why, "fix": fix})
