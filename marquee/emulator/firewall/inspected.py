"""What a web ACL sees of a request, and the truth about it, which may be unknown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

Truth = bool | None
"""None: nobody here can tell."""


@dataclass(frozen=True, kw_only=True)
class Inspected:
    """A request. Header names are in lower case; path and query are as they came, still encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes
    address: str
    country: str = ""
    """Two letters; empty if unknown."""

    @property
    def arguments(self) -> list[tuple[str, bytes]]:
        """Query parameters, decoded: their names in lower case, as rules compare them, and their values."""
        pairs = (part.partition("=") for part in self.query.split("&") if part)
        return [(_decoded(name).decode("utf-8", "replace").lower(), _decoded(value)) for name, _, value in pairs]


@dataclass
class Evaluation:
    """One pass through a web ACL: the request, the time, and the labels that rules have put on it so far."""

    request: Inspected
    now: float
    """Seconds, of any clock that only rises."""
    labels: dict[str, None] = field(default_factory=dict[str, None])
    """In the order in which they came."""
    rates: list["Rate"] = field(default_factory=list["Rate"])
    """What rate-based statements found to be too much."""


class Rate(NamedTuple):
    """An aggregation instance above its limit, as logs name it."""

    limit: int
    window: int
    key_type: str
    values: tuple[tuple[str, str, str], ...]
    """Kind, name and value of each key."""


Judge = Callable[[Evaluation], Truth]


def section(given: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of a description, empty if it is absent or null."""
    return given.get(name) or {}


def sections(given: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    """A list of parts, likewise."""
    return given.get(name) or ()


class NotJudgedError(Exception):
    """Something of a rule that cannot be judged here; the text names it."""


def _decoded(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " "))
