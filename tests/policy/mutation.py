"""Breaks a stack that meets every control, one place at a time, and asks the control of that place.

A pair is a control and a resource that it judges and passes. Its mutants are derived from what the control's failing cases differ in from
the resource; where these do not fit, from the resource's own properties and from those of the resources that the cases show beside it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any

from guard.config import Config
from guard.control import Control, Outcome, Status, run
from guard.resource import Resource, Stack
from guard.values import UNKNOWN
from tests.policy.case import Case, all_cases
from tests.policy.mutators import Path, additions, at, variants, with_statements
from tests.policy.schema import input_class
from tests.policy.worlds import World, world_of_case

_ROLE = "aws:iam/role:Role"


@dataclass(frozen=True)
class Mutant:
    """One broken world."""

    label: str
    """The same for alike resources, so that what broke one is tried first on the next."""
    changed: Mapping[str, Resource | None] = field(default_factory=dict[str, Resource | None])
    """URN → what stands there instead; None: removed."""
    added: tuple[Resource, ...] = ()
    place: tuple[str, Path] | None = None
    """URN and path of the one value that differs."""
    config: Config | None = None

    def resources(self, world: World) -> list[Resource]:
        """All resources afterwards."""
        kept = [self.changed.get(resource.urn, resource) for resource in world.resources]
        return [*(resource for resource in kept if resource is not None), *self.added]


class _Mutated(Stack):
    """The stack with the mutant in it; equal to `Stack(mutant.resources(world))`, whose indexing would be most of the search's time."""

    def __init__(self, world: World, mutant: Mutant):
        self._world, self._mutant = world, mutant
        self.by_urn = {**world.stack.by_urn, **{resource.urn: resource for resource in mutant.added}}
        for urn, changed in mutant.changed.items():
            if changed is None:
                self.by_urn.pop(urn, None)
            elif urn in world.stack.by_urn:
                self.by_urn[urn] = changed
        self._joins = {}

    @cached_property
    def resources(self) -> tuple[Resource, ...]:  # pyright: ignore[reportIncompatibleVariableOverride]
        return tuple(self._mutant.resources(self._world))

    def of_type(self, *types: str) -> list[Resource]:
        """As the base says: in the order of registration within each type."""
        changed = self._mutant.changed
        found: list[Resource] = []
        for type_ in types:
            own = (changed.get(resource.urn, resource) for resource in self._world.stack.of_type(type_))
            found += [resource for resource in own if resource is not None]
            found += [resource for resource in self._mutant.added if resource.type == type_]
        return found


def judge(control: Control, subject: Resource, world: World, mutant: Mutant | None = None) -> Outcome:
    """What the control says of the subject, in the world or in what the mutant makes of it."""
    config = mutant.config if mutant and mutant.config else world.config
    if mutant is None:
        return run(control, subject, config.env(control), world.stack if control.stack else None)
    seen = mutant.changed.get(subject.urn) or subject
    return run(control, seen, config.env(control), _Mutated(world, mutant) if control.stack else None)


def pairs(controls: Sequence[Control], world: World) -> Iterator[tuple[Control, Resource]]:
    """Every control and resource that it judges and passes."""
    for control in controls:
        for resource in world.stack.of_type(*control.types):
            if judge(control, resource, world).status is Status.PASS:
                yield control, resource


def mutants(control: Control, subject: Resource, world: World) -> Iterator[Mutant]:
    """Mutants of the pair, the most telling first."""
    failing = [case for case in cases_of(control.id) if case.verdict == "fail"]
    alike = [case for case in failing if case.items[0].type == subject.type] or failing
    if subject.protect:
        yield Mutant("not protected", {subject.urn: replace(subject, protect=False)})
    for case in alike:
        yield from _grafts(case, subject)
    if control.stack:
        yield from _beside(alike, subject, world)
    yield from _broken(subject)
    yield from _under_another_provider(subject)
    for case in alike:
        yield from _wholes(case, subject)
        yield from _another_day(case, subject, preview=world.config.preview)


@cache
def _all_cases() -> Mapping[str, tuple[Case, ...]]:
    found: dict[str, tuple[Case, ...]] = {}
    for case in all_cases():
        found[case.control] = (*found.get(case.control, ()), case)
    return found


def cases_of(control: str) -> tuple[Case, ...]:
    """The control's cases."""
    return _all_cases().get(control, ())


_donors: dict[int, World] = {}


def _donor(case: Case) -> World:
    """What the case shows; a case holds objects, so it is remembered by identity."""
    return _donors.get(id(case)) or _donors.setdefault(id(case), world_of_case(case))


def _grafts(case: Case, subject: Resource) -> Iterator[Mutant]:
    """The subject with one property of the failing case's; without one that the case leaves out."""
    label = f"case {case.label!r}"
    donor = _donor(case).resources[0].inputs
    for key, value in donor.items():
        merged = with_statements(subject.inputs.get(key), value)
        if merged is not None:
            yield _set(subject, (key,), merged, f"{label}: statements added to {key}")
        yield _set(subject, (key,), value, f"{label}: {key}")
        if subject.type == _ROLE and isinstance(value, str) and "Statement" in value:
            yield _set(subject, ("inlinePolicies",), [{"name": "mutant", "policy": value}], f"{label}: {key}, inline")
    for key in subject.inputs:
        if key not in donor:
            yield _drop(subject, key, f"without {key}")


def _wholes(case: Case, subject: Resource) -> Iterator[Mutant]:
    """The subject with all that the failing case sets; with nothing else."""
    label, donor = f"case {case.label!r}", _donor(case).resources[0].inputs
    yield Mutant(f"{label}: all of it", {subject.urn: replace(subject, inputs={**subject.inputs, **donor})})
    yield Mutant(f"{label}: nothing else", {subject.urn: replace(subject, inputs=donor, protect=case.items[0].protect)})


def _another_day(case: Case, subject: Resource, *, preview: bool) -> Iterator[Mutant]:
    """The subject under the failing case's day, parameters and settings; what ends, ends by the calendar."""
    donor = _donor(case)
    config = replace(donor.config, preview=preview)
    label = f"case {case.label!r}: its day and settings"
    yield Mutant(label, config=config)
    inputs = {**subject.inputs, **donor.resources[0].inputs}
    yield Mutant(f"{label}, and all of it", {subject.urn: replace(subject, inputs=inputs)}, config=config)


def _set(resource: Resource, path: Path, value: Any, label: str) -> Mutant:
    changed = replace(resource, inputs=at(dict(resource.inputs), path, value))
    return Mutant(label, {resource.urn: changed}, place=(resource.urn, path))


def _drop(resource: Resource, key: str, label: str) -> Mutant:
    rest = {name: value for name, value in resource.inputs.items() if name != key}
    return Mutant(label, {resource.urn: replace(resource, inputs=rest)}, place=(resource.urn, (key,)))


def _broken(resource: Resource) -> Iterator[Mutant]:
    cls = input_class(resource.type)
    inputs = dict(resource.inputs)
    for where, what, changed in chain(variants(inputs), additions(cls, inputs) if cls else ()):
        yield Mutant(f"{resource.type} {where} {what}", {resource.urn: replace(resource, inputs=changed)}, place=(resource.urn, where))


def _under_another_provider(subject: Resource) -> Iterator[Mutant]:
    plain = dict(subject.read_provider())
    others = {
        "its provider in another region": {**plain, "region": "us-gov-west-1"},
        "its provider without tags": {**plain, "defaultTags": None},
    }
    for label, provider in others.items():
        yield Mutant(label, {subject.urn: replace(subject, read_provider=lambda provider=provider: provider)})


def _beside(failing: Sequence[Case], subject: Resource, world: World) -> Iterator[Mutant]:
    """Mutants of what stands beside the subject, where the control's cases show such a thing; those linked with the subject first."""
    control_cases = cases_of(failing[0].control) if failing else ()
    types = sorted({item.type for case in control_cases for item in case.items[1:]})
    near = [resource for resource in world.stack.of_type(*types) if resource.urn != subject.urn]
    linked = [resource for resource in near if _link(subject, resource) or _link(resource, subject)]
    for some, what in ((linked, "linked"), (near, "present")):
        for type_ in types:
            gone: dict[str, Resource | None] = {resource.urn: None for resource in some if resource.type == type_}
            if gone:
                yield Mutant(f"no {what} {type_}", gone)
    yield from _redirected(subject, world)
    for resource in linked:
        yield Mutant(f"one {resource.type} less", {resource.urn: None})
        if resource.protect:
            yield Mutant(f"{resource.type} not protected", {resource.urn: replace(resource, protect=False)})
        yield from _broken(resource)
    for case in failing:
        yield from _company(case, subject, linked)


def _redirected(subject: Resource, world: World) -> Iterator[Mutant]:
    """The subject referring to what another of its type refers to."""
    for other in world.stack.of_type(subject.type)[:20]:
        for name, urns in other.property_dependencies.items():
            if subject.property_dependencies.get(name, urns) != urns:
                references = {**subject.property_dependencies, name: urns}
                value = other.inputs.get(name)
                changed = replace(subject, property_dependencies=references, inputs={**subject.inputs, name: value})
                yield Mutant(f"refers by {name} where another does", {subject.urn: changed})


def _link(one: Resource, other: Resource) -> bool:
    refers = any(other.urn in urns for urns in one.property_dependencies.values()) or other.urn in one.dependencies
    named = [source.get(name) for source in (other.inputs, other.outputs) for name in ("id", "arn", "bucket")]
    names = {value for value in named if isinstance(value, str)}
    return refers or any(isinstance(value, str) and value in names for value in one.inputs.values())


def _company(case: Case, subject: Resource, linked: Sequence[Resource]) -> Iterator[Mutant]:
    """What the failing case shows beside its subject, put beside ours; in place of what is linked, then in addition."""
    donor = _donor(case)
    urns = {resource.urn: f"{resource.urn}-mutant" for resource in donor.resources[1:]} | {donor.resources[0].urn: subject.urn}
    added = tuple(
        replace(
            resource,
            urn=urns[resource.urn],
            property_dependencies={
                name: tuple(urns.get(urn, urn) for urn in targets) for name, targets in resource.property_dependencies.items()
            },
        )
        for resource in donor.resources[1:]
    )
    replaced = {resource.type for resource in added}
    gone: dict[str, Resource | None] = {resource.urn: None for resource in linked if resource.type in replaced}
    own = replace(subject, inputs={**subject.inputs, **donor.resources[0].inputs})
    for what, changed in (("in addition", {}), ("instead", gone), ("with its subject", {**gone, subject.urn: own})):
        yield Mutant(f"case {case.label!r}: its company {what}", changed, added)


@dataclass
class Search:
    """Finds for each pair a mutant that its control catches."""

    known: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    tried: int = 0

    def caught(self, control: Control, subject: Resource, world: World) -> Mutant | None:
        """The designated mutant of the pair; None if the control catches none."""
        key = (control.id, subject.type)
        if wanted := self.known.get(key):
            for mutant in mutants(control, subject, world):
                if mutant.label == wanted and self._catches(control, subject, world, mutant):
                    return mutant
        for mutant in mutants(control, subject, world):
            if mutant.label != wanted and self._catches(control, subject, world, mutant):
                self.known[key] = mutant.label
                return mutant
        return None

    def _catches(self, control: Control, subject: Resource, world: World, mutant: Mutant) -> bool:
        self.tried += 1
        return judge(control, subject, world, mutant).status is Status.FAIL


def with_unknown(world: World, mutant: Mutant) -> Mutant | None:
    """The mutant whose broken value is not known yet; None if it broke more than one value."""
    if mutant.place is None:
        return None
    urn, path = mutant.place
    original = world.stack.by_urn[urn]
    return Mutant(f"unknown {path}", {urn: replace(original, inputs=at(dict(original.inputs), path, UNKNOWN))})
