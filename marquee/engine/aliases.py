"""Aliases as URNs. The SDK sends them half-specified; the engine fills in what an alias leaves out."""

from collections.abc import Iterable
from typing import Any

from marquee.engine.urns import make_urn, name_of, qualified_type


def alias_urns(aliases: Iterable[Any], *, urn: str, type: str, parent: str, stack: str, project: str) -> tuple[str, ...]:
    """The URNs that `aliases` (messages `pulumirpc.Alias`) stand for, of the resource `urn`; in their order, each once."""
    found = [
        alias.urn
        if alias.WhichOneof("alias") == "urn"
        else make_urn(
            stack=alias.spec.stack or stack,
            project=alias.spec.project or project,
            parent="" if alias.spec.noParent else alias.spec.parentUrn or parent,
            type=alias.spec.type or type,
            name=alias.spec.name or name_of(urn),
        )
        for alias in aliases
    ]
    return tuple(dict.fromkeys(alias for alias in found if alias != urn))


def inherited(urn: str, *, type: str, parent: str, parent_aliases: Iterable[str], stack: str, project: str) -> tuple[str, ...]:
    """The aliases a resource has because its parent has some: the same name (or its prefix) below each former parent."""
    name, parent_name = name_of(urn), name_of(parent)
    found: list[str] = []
    for alias in parent_aliases:
        former = name_of(alias) + name[len(parent_name) :] if name.startswith(parent_name) else name
        ancestors = qualified_type(alias)
        found.append(f"urn:pulumi:{stack}::{project}::{ancestors}${type}::{former}")
    return tuple(found)
