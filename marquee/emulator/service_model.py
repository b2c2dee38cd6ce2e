"""Settings judged by botocore's service model: required, enum, minimum, maximum, pattern, type and unknown members.

Botocore's own validator lets wrong enums, patterns and most numbers pass.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import botocore.session  # pyright: ignore[reportMissingTypeStubs]

Shape = Any
"""A botocore shape. Botocore's properties are untyped for a strict checker, so its values are cast where they are read."""


@dataclass(frozen=True, order=True)
class Problem:
    """Something that the service would refuse."""

    path: str
    """Such as `OutputGroups[0].Outputs[2].NameModifier`; empty for the whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.path or '(top)'}: {self.message}"


@dataclass(frozen=True)
class Limits:
    """Least and greatest value of a number, or length of a text, list or map."""

    least: float | None
    greatest: float | None


_SCALARS: Final = re.compile(r"__(?:integer|double|long|string)(?P<rest>.*)")
_BOUND: Final = {
    "min": re.compile(r"^Min(?P<sign>Negative)?(?P<number>\d+)"),
    "max": re.compile(r"^(?:Min(?:Negative)?\d+)?Max(?P<sign>Negative)?(?P<number>\d+)"),
}


@cache
def service_model(service: str) -> Any:
    """The `botocore.model.ServiceModel` that is installed with botocore; reads no network and no credentials."""
    session: Any = cast("Any", botocore.session).get_session()
    return session.get_service_model(service)


def check(service: str, shape: str, value: object) -> list[Problem]:
    """Everything about `value` that the shape of this service forbids, in the order of its members."""
    return list(_walk(service_model(service).shape_for(shape), value, ""))


def limits(shape: Shape) -> Limits:
    """A shape's limits. MediaLive states them, and MediaConvert its doubles', only in the shape's name: `__integerMinNegative60Max60`."""
    found: dict[str, float | None] = {bound: shape.metadata.get(bound) for bound in _BOUND}
    named = _SCALARS.fullmatch(shape.name)
    if named:
        for bound, pattern in _BOUND.items():
            match = pattern.match(named["rest"])
            if found[bound] is None and match:
                found[bound] = -int(match["number"]) if match["sign"] else int(match["number"])
    return Limits(found["min"], found["max"])


def _walk(shape: Shape, value: object, path: str) -> Iterator[Problem]:
    wanted, rule = _RULES.get(shape.type_name, ((object,), _anything))
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        yield Problem(path, f"is {type(value).__name__}, must be {shape.type_name}")
        return
    yield from rule(shape, value, path)


def _structure(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    members = cast("Mapping[str, Shape]", shape.members)
    given = cast("Mapping[str, object]", value)
    for name in cast("list[str]", shape.required_members):
        if given.get(name) is None:
            yield Problem(_join(path, name), f"is missing, {shape.name} requires it")
    for name, member in given.items():
        if name not in members:
            yield Problem(_join(path, name), f"is unknown to {shape.name}")
        elif member is not None:
            yield from _walk(members[name], member, _join(path, name))


def _list(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    items = cast("Sequence[object]", value)
    yield from _measured(shape, len(items), path, "items")
    for index, item in enumerate(items):
        yield from _walk(shape.member, item, f"{path}[{index}]")


def _map(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    entries = cast("Mapping[str, object]", value)
    yield from _measured(shape, len(entries), path, "entries")
    for key, item in entries.items():
        yield from _walk(shape.key, key, f"{path}.(key {key})")
        yield from _walk(shape.value, item, _join(path, key))


def _string(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    text = cast("str", value)
    enum = cast("list[str]", shape.enum)
    if enum and text not in enum:
        yield Problem(path, f"{text!r} is none of {', '.join(enum)}")
    yield from _measured(shape, len(text), path, "characters")
    pattern = cast("str | None", shape.metadata.get("pattern"))
    if pattern and not re.search(pattern, text):
        yield Problem(path, f"{text!r} does not match {pattern}")


def _number(shape: Shape, value: Any, path: str) -> Iterator[Problem]:
    yield from _measured(shape, cast("float", value), path, "")


def _measured(shape: Shape, size: float, path: str, unit: str) -> Iterator[Problem]:
    bounds = limits(shape)
    shown = f"{size:g} {unit}".strip()
    if bounds.least is not None and size < bounds.least:
        yield Problem(path, f"{shown} is below the minimum, {bounds.least:g}")
    if bounds.greatest is not None and size > bounds.greatest:
        yield Problem(path, f"{shown} is above the maximum, {bounds.greatest:g}")


def _anything(_shape: Shape, _value: Any, _path: str) -> Iterator[Problem]:
    yield from ()


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_RULES: Final[dict[str, tuple[tuple[type, ...], Callable[[Shape, Any, str], Iterator[Problem]]]]] = {
    "structure": ((Mapping,), _structure),
    "list": ((list, tuple), _list),
    "map": ((Mapping,), _map),
    "string": ((str,), _string),
    "integer": ((int,), _number),
    "long": ((int,), _number),
    "double": ((int, float), _number),
    "float": ((int, float), _number),
    "boolean": ((bool,), _anything),
}
