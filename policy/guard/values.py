"""What a property value can be besides plain data."""

from dataclasses import dataclass
from typing import Any, Final, cast, final


@final
class Marker:
    """A value that cannot be read: `UNKNOWN`, `SECRET` or `ABSENT`. Compare with `is`; it has no truth."""

    def __init__(self, label: str):
        self._label = label

    def __repr__(self) -> str:
        return self._label

    def __bool__(self) -> bool:
        raise TypeError(f"{self._label} has no truth; compare with `is`")


UNKNOWN: Final = Marker("UNKNOWN")
"""Only the update will tell."""
SECRET: Final = Marker("SECRET")
"""Known to the engine, never to a control. The plaintext is dropped when the request is read, so no message can print it."""
ABSENT: Final = Marker("ABSENT")
"""The property is not there, or null."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, text or archive given as a property; its content is not carried."""

    kind: str
    """`asset` or `archive`."""


Value = Any
"""None, bool, int, float, str, list[Value], dict[str, Value], UNKNOWN, SECRET or Asset."""


def as_list(value: Value) -> list[Value] | None:
    """The value if it is a list."""
    return cast("list[Value]", value) if isinstance(value, list) else None


def as_object(value: Value) -> dict[str, Value] | None:
    """The value if it is an object."""
    return cast("dict[str, Value]", value) if isinstance(value, dict) else None
