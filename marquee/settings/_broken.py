"""How a rule between fields says what breaks it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marquee.settings._platform import Settings
from marquee.settings._problem import Place


class Broken(NamedTuple):
    """Where a rule is broken, why that is refused, and what to do."""

    place: Place
    why: str
    fix: str


Rule = Callable[[Settings, Mapping[str, Any]], Iterator[Broken]]
"""From the settings, and from what the stack file itself says, to what breaks the rule."""


def repeated(items: Sequence[Any]) -> Iterator[int]:
    """Indexes of items that stand earlier in the list too."""
    return (index for index, item in enumerate(items) if item in items[:index])
