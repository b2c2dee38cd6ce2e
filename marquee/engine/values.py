"""Property values as the engine hands them on: plain data, with what is not plain marked as such."""

from dataclasses import dataclass
from typing import Any, Final, final


@final
class Unknown:
    """A value that only a deployment can tell. There is one instance, `UNKNOWN`; compare with `is`."""

    _instance: "Unknown | None" = None

    def __new__(cls) -> "Unknown":  # noqa: D102
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value has no truth; test it with `is UNKNOWN` first")


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not be printed. Its `repr` hides it, so that no log or error shows it by accident."""

    value: Any

    def __repr__(self) -> str:
        return "[secret]"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file or text given as a property. Exactly one of the fields is set."""

    path: str | None = None
    text: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive given as a property: a zip, tar or folder at `path`, a `uri`, or named `assets`."""

    path: str | None = None
    uri: str | None = None
    assets: "dict[str, Asset | Archive] | None" = None


Value = Any
"""None, bool, float or int, str, list[Value], dict[str, Value], UNKNOWN, Secret, Asset or Archive.

Whole numbers are `int` (the wire carries doubles). Names are the wire's camelCase.
"""
