"""Resources and stacks as controls see them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from guard.node import Deferred, Finding, Node
from guard.values import Value


def _nothing() -> dict[str, Value]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource. `at` and `each` read its inputs, for stack controls too; a stack control may also read `outputs`."""

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value] = field(default_factory=_nothing)
    """State after the update; at preview what the provider foresees. Empty for resource controls."""
    read_provider: Callable[[], Mapping[str, Value]] = _nothing
    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    parent: str = ""
    property_dependencies: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    """Input name → URNs whose outputs flow into it."""
    dependencies: tuple[str, ...] = ()

    @cached_property
    def root(self) -> Node:
        """All inputs, as the node whose path is empty."""
        return Node(self.inputs)

    @cached_property
    def provider(self) -> Node:
        """Inputs of the explicit provider (region, defaultTags). Read only when asked: most controls never do."""
        return Node(dict(self.read_provider()))

    @property
    def region(self) -> Node:
        """The resource's own `region`, else its provider's."""
        own = self.at("region")
        return self.provider.at("region") if own.is_absent else own

    def at(self, *keys: str) -> Node:
        """See `Node.at`."""
        return self.root.at(*keys)

    def each(self, *keys: str) -> Iterator[Node]:
        """See `Node.each`."""
        return self.root.each(*keys)

    def fail(self, message: str) -> Finding:
        """A finding about the resource as a whole."""
        return Finding("", message)


class Stack:
    """All resources of a stack, indexed so that every join of a control is a look-up."""

    def __init__(self, resources: Sequence[Resource]):
        self.resources = tuple(resources)
        self.by_urn = {resource.urn: resource for resource in resources}
        self._by_type: dict[str, list[Resource]] = {}
        for resource in resources:
            self._by_type.setdefault(resource.type, []).append(resource)
        self._joins: dict[tuple[tuple[str, ...], str, str], _Join] = {}

    def of_type(self, *types: str) -> list[Resource]:
        """Resources of any of the type tokens, in the order of registration within each type."""
        return [resource for type_ in types for resource in self._by_type.get(type_, ())]

    def attached(self, target: Resource, types: tuple[str, ...], prop: str, *, identity: str = "") -> list[Resource]:
        """Resources of `types` whose input `prop` refers to `target`, such as the versioning of a bucket.

        Joined by property dependency; by value (`target`'s `identity`, its `prop`, `id`, `name` or `arn`) only where a literal
        was given. Raises `Deferred` if nothing was found and one of `types` refers to something that is not known yet.
        """
        key = (types, prop, identity)
        join = self._joins.get(key)
        if join is None:
            join = self._joins[key] = _Join(self, types, prop)
        found = list(join.by_urn.get(target.urn, ()))
        for name in dict.fromkeys((identity or prop, prop, "id", "name", "arn")):
            for source in (target.inputs, target.outputs):
                value: Any = source.get(name)
                if isinstance(value, str):
                    found += [resource for resource in join.by_value.get(value, ()) if resource not in found]
        if not found and join.dangling:
            raise Deferred(f"{join.dangling[0].name}.{prop}")
        return found


class _Join:
    """Who refers to what through one input."""

    def __init__(self, stack: Stack, types: tuple[str, ...], prop: str):
        self.by_urn: dict[str, list[Resource]] = {}
        self.by_value: dict[str, list[Resource]] = {}
        self.dangling: list[Resource] = []
        for resource in stack.of_type(*types):
            targets = _targets(stack, resource, prop)
            value: Any = resource.inputs.get(prop)
            for urn in targets:
                self.by_urn.setdefault(urn, []).append(resource)
            if not targets and isinstance(value, str):
                self.by_value.setdefault(value, []).append(resource)
            elif not targets and Node(value).is_unreadable:
                self.dangling.append(resource)


def _targets(stack: Stack, resource: Resource, prop: str) -> set[str]:
    """URNs that flow into `prop`, followed through resources that only pass it on (`bucket=ownership.bucket`)."""
    seen: set[str] = set()
    todo = list(resource.property_dependencies.get(prop, ()))
    while todo:
        urn = todo.pop()
        if urn in seen:
            continue
        seen.add(urn)
        if urn in stack.by_urn:
            todo += stack.by_urn[urn].property_dependencies.get(prop, ())
    return seen
