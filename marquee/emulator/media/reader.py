"""Reads settings so that none is dropped in silence: what nobody asked for is told at the end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast


class RefusedError(ValueError):
    """Settings that the service refuses, or that the emulator does not carry out. The message begins with their path."""


class Reader:
    """One structure of a request that has passed the service model."""

    def __init__(self, fields: Mapping[str, Any], path: str = ""):
        self._fields = fields
        self._path = path
        self._read: set[str] = set()
        self._children: list[Reader] = []

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def path(self, name: str) -> str:
        """Where a field is, for a message."""
        return f"{self._path}.{name}".removeprefix(".")

    def get(self, name: str, default: Any = None) -> Any:
        """A field's value."""
        self._read.add(name)
        value = self._fields.get(name)
        return default if value is None else value

    def need(self, name: str) -> Any:
        """A field's value. RefusedError if it is not given."""
        value = self.get(name)
        if value is None:
            raise RefusedError(f"{self.path(name)}: is required here")
        return value

    def one_of(self, name: str, *known: Any) -> Any:
        """A field's value, the first of `known` if it is not given, which is the service's default. RefusedError for any other."""
        value = self.get(name, known[0])
        if value not in known:
            raise RefusedError(f"{self.path(name)}: the emulator carries out {', '.join(map(str, known))}, not {value}")
        return value

    def child(self, name: str) -> "Reader":
        """A structure inside; an empty one if it is not given."""
        return self._inner(name, self.get(name, {}))

    def children(self, name: str) -> list["Reader"]:
        """A list of structures."""
        items = cast("Sequence[Mapping[str, Any]]", self.get(name, []))
        return [self._inner(f"{name}[{index}]", item) for index, item in enumerate(items)]

    def named(self, name: str) -> dict[str, "Reader"]:
        """A map of structures."""
        items = cast("Mapping[str, Mapping[str, Any]]", self.get(name, {}))
        return {key: self._inner(f"{name}.{key}", item) for key, item in items.items()}

    def refuse_rest(self) -> None:
        """RefusedError if any field, here or inside, was not read."""
        rest = list(self._unread())
        if rest:
            raise RefusedError(f"{', '.join(rest)}: the emulator does not carry this out")

    def _inner(self, name: str, fields: Mapping[str, Any]) -> "Reader":
        child = Reader(fields, self.path(name))
        self._children.append(child)
        return child

    def _unread(self) -> Iterator[str]:
        yield from (self.path(name) for name, value in self._fields.items() if name not in self._read and value is not None)
        for child in self._children:
            yield from child._unread()  # noqa: SLF001 its own kind
