"""A value together with its path: what a control reads, and what its findings point at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from guard.values import ABSENT, SECRET, UNKNOWN, Asset, Value, as_list, as_object


class Kind(StrEnum):
    """What a finding says."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    SECRET = "secret"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or that cannot be told."""

    path: str
    """Property path such as `rules[0].bucketKeyEnabled`; empty for the resource as a whole."""
    message: str
    """A sentence without values of properties, which may be secret."""
    kind: Kind = Kind.FAIL


Findings = Iterator[Finding]


class Deferred(Exception):  # noqa: N818 - not an error: the value is simply not known yet
    """The control came to a value that it needs and cannot read."""

    def __init__(self, path: str, kind: Kind = Kind.UNKNOWN):
        super().__init__(path)
        self.finding = Finding(path, "", kind)


class NotApplicable(Exception):  # noqa: N818 - not an error
    """The control has nothing to ask of this resource."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Node:
    """A value at a path. Reading one that is unknown or secret raises `Deferred`; a wrong type reads as absent."""

    value: Value
    path: str = ""

    def at(self, *keys: str) -> Node:
        """The value under `keys`, one level each. Where a list stands in between, its first element counts.

        `"rule|rules"` is the first of those names that is there: twins of a resource type differ in them.
        """
        node = self
        for key in keys:
            node = node._child(key)
        return node

    def _child(self, key: str) -> Node:
        node = self
        while items := as_list(node.value):
            node = Node(items[0], f"{node.path}[0]")
        names, fields = key.split("|"), as_object(node.value) or {}
        for name in names:
            child = fields.get(name)
            if child is not None:
                return Node(child, node._path_to(name))
        return Node(node.value if node.is_unreadable else ABSENT, node._path_to(names[0]))

    def _path_to(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def each(self, *keys: str) -> Iterator[Node]:
        """Every value under `keys`, through lists at each level. An object where a list may stand counts as a list of one.

        An unknown on the way is yielded as an unknown node; absent ones are left out.
        """
        items = as_list(self.value)
        if items is not None:
            for index, item in enumerate(items):
                yield from Node(item, f"{self.path}[{index}]").each(*keys)
        elif self.is_unreadable or (not keys and not self.is_absent):
            yield self
        elif keys and isinstance(self.value, dict):
            yield from self._child(keys[0]).each(*keys[1:])

    @property
    def is_absent(self) -> bool:
        """True when the property is missing or null. Never raises."""
        return self.value is ABSENT or self.value is None

    @property
    def is_unreadable(self) -> bool:
        """True for an unknown or a secret. Never raises."""
        return self.value is UNKNOWN or self.value is SECRET

    def known(self) -> Value:
        """The plain value; None when absent. Raises `Deferred` for an unknown or a secret."""
        if self.is_unreadable:
            raise self.unread()
        return None if self.value is ABSENT else self.value

    def unread(self) -> Deferred:
        """What to raise where an unknown or a secret cannot be told."""
        return Deferred(self.path, Kind.SECRET if self.value is SECRET else Kind.UNKNOWN)

    def present(self) -> bool:
        """True for anything but absent, empty text and empty collections. A secret is present; an unknown raises `Deferred`."""
        if self.value is SECRET:
            return True
        value = self.known()
        return value is not None and value not in ("", [], {})

    def text(self, default: str = "") -> str:
        """The string; `default` when absent or of another type."""
        value = self.known()
        return value if isinstance(value, str) else default

    def flag(self, *, default: bool = False) -> bool:
        """The boolean; `"true"` and `"false"` count, as the providers accept them. `default` when absent or of another type."""
        value = self.known()
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower(), default)
        return value if isinstance(value, bool) else default

    def number(self, default: float | None = None) -> float | None:
        """The number; numeric strings count. `default` when absent or of another type."""
        value = self.known()
        if isinstance(value, bool):
            return default
        if isinstance(value, int | float):
            return value
        try:
            return float(value) if isinstance(value, str) else default
        except ValueError:
            return default

    def asset(self) -> Asset | None:
        """The asset or archive; None for anything else."""
        value = self.known()
        return value if isinstance(value, Asset) else None

    def fail(self, message: str) -> Finding:
        """A finding at this path."""
        return Finding(self.path, message)


def check_each(nodes: Iterable[Node], check: Callable[[Node], Findings]) -> Findings:
    """Run `check` over every node; one that is unknown defers itself and hides none of the others."""
    for node in nodes:
        try:
            yield from check(node)
        except Deferred as deferred:
            yield deferred.finding


def some(nodes: Iterable[Node], predicate: Callable[[Node], bool]) -> bool:
    """Whether `predicate` holds for one node. Raises `Deferred` only if none holds and one could not be told."""
    unread: Deferred | None = None
    for node in nodes:
        try:
            if predicate(node):
                return True
        except Deferred as deferred:
            unread = unread or deferred
    if unread:
        raise unread
    return False


def every(nodes: Iterable[Node], predicate: Callable[[Node], bool]) -> bool:
    """Whether `predicate` holds for all nodes. Raises `Deferred` only if none fails and one could not be told."""
    return not some(nodes, lambda node: not predicate(node))


def all_of(*conditions: Callable[[], bool]) -> bool:
    """Three-valued and: False as soon as one condition is False, even if another cannot be told."""
    unread: Deferred | None = None
    for condition in conditions:
        try:
            if not condition():
                return False
        except Deferred as deferred:
            unread = unread or deferred
    if unread:
        raise unread
    return True
