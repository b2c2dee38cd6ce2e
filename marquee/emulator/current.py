"""The request being answered, for code that MiniStack calls deep inside without handing it on."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """What the front saw."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """By lower-case name."""
    query: Mapping[str, list[str]] = field(default_factory=dict[str, list[str]])


_request = ContextVar("request", default=Request())  # noqa: B039 frozen and empty


def request() -> Request:
    """The request of this task; an empty one in background threads, which serve no request."""
    return _request.get()


def set_request(headers: Mapping[str, str], query: Mapping[str, list[str]]) -> None:
    """Remember the request for the rest of this task."""
    _request.set(Request(headers, query))
