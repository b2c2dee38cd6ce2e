"""A backend that makes nothing: every output a class declares, made up with the declared type, the same in every run.

Lets a program run in update mode with nothing behind it. Values look real only where a program takes them apart: names that end in
`arn` have an ARN's six parts, and lists have one item, so that indexing works.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from marquee.engine import sdk
from marquee.engine.backend import Created, Request
from marquee.engine.hints import AnyOf, Choice, ListOf, MapOf, ObjectOf, Plain, Shape, shape_of
from marquee.engine.urns import package_of
from marquee.engine.values import Archive, Asset, Secret, Value

_DEEP = 4  # some types nest in themselves (statements of statements); no program looks further down than this


@dataclass(frozen=True, slots=True)
class _Subject:
    """What the made-up values are made of."""

    name: str
    service: str
    region: str
    account: str
    package: str

    def text(self, property: str) -> str:
        if property == "region":
            return self.region
        if property.lower().endswith("arn"):
            kind = property[:-3].rstrip("_") or "resource"
            return f"arn:{self.package}:{self.service}:{self.region}:{self.account}:{kind}/{self.name}"
        return f"{self.name}-{property}"


class StandIn:
    """Deterministic ids; outputs are the inputs plus type-correct stand-ins."""

    def create(self, request: Request) -> Created:
        """All that is computed and, of what the inputs leave open, the texts: a provider fills those in most often."""
        subject = _subject(request.type, request.name, request.provider_inputs)
        computed = sdk.computed_names(request.type)
        outputs = {
            name: _value(shape, subject, name)
            for name, shape in _shapes(request.type).items()
            if name not in request.inputs and (name in computed or shape == Plain("string"))
        }
        outputs |= _completed(request.inputs, _shapes(request.type), subject)
        if "tagsAll" in outputs:
            outputs["tagsAll"] = request.inputs.get("tags", {})
        return Created(id=f"{request.name}-id", outputs=outputs, simulated=True)

    def read(self, request: Request, id: str) -> Created:
        """As `create`, under the id asked for; every property is filled, since there are no inputs to repeat."""
        subject = _subject(request.type, id, request.provider_inputs)
        outputs = {name: _value(shape, subject, name) for name, shape in _shapes(request.type).items() if name not in request.inputs}
        return Created(id=id, outputs=outputs, simulated=True)

    def invoke(self, token: str, args: Mapping[str, Value], provider_inputs: Mapping[str, Value]) -> Mapping[str, Value]:
        """The arguments, and a stand-in for all else that the function's result declares."""
        cls = sdk.function_result(token)
        if cls is None:
            return dict(args)
        subject = _subject(token, token.rpartition(":")[2], provider_inputs)
        declared = {name: shape_of(hint) for name, hint in sdk.result_types(cls).items()}
        return {name: _value(shape, subject, name) for name, shape in declared.items() if name not in args} | dict(args)


def _completed(inputs: Mapping[str, Value], shapes: Mapping[str, Shape], subject: _Subject) -> dict[str, Value]:
    """Objects among the inputs with the texts that they leave open, since a provider fills those in too."""
    found: dict[str, Value] = {}
    for name, given in inputs.items():
        shape = shapes.get(name)
        if isinstance(shape, ObjectOf) and isinstance(given, dict):
            declared = _object_shapes(shape.cls)
            texts = {field: subject.text(field) for field, inner in declared.items() if field not in given and inner == Plain("string")}
            if texts:
                found[name] = {**given, **texts}
    return found


@functools.cache
def _object_shapes(cls: type) -> Mapping[str, Shape]:
    types: Mapping[str, Any] = sdk.result_types(cls) if sdk.is_output(cls) else sdk.input_types(cls)
    return {name: shape_of(hint) for name, hint in types.items()}


@functools.cache
def _shapes(token: str) -> Mapping[str, Shape]:
    return {name: shape_of(hint) for name, hint in sdk.output_types(token).items()}


def _subject(token: str, name: str, provider_inputs: Mapping[str, Value]) -> _Subject:
    accounts: Any = provider_inputs.get("allowedAccountIds") or []
    return _Subject(
        name=name,
        service=token.partition(":")[2].partition("/")[0].partition(":")[0],
        region=_known_text(provider_inputs.get("region")) or "nowhere",
        account=_known_text(accounts[0] if isinstance(accounts, list) and accounts else None) or "000000000000",
        package=package_of(token),
    )


def _known_text(value: Value) -> str:
    if isinstance(value, Secret):
        value = value.value
    return value if isinstance(value, str) else ""


def _value(shape: Shape, subject: _Subject, property: str, depth: int = 0) -> Value:
    match shape:
        case Plain():
            return _plain(shape, subject, property)
        case Choice():
            return shape.values[0]
        case ListOf():
            return [_value(shape.item, subject, property, depth + 1)] if depth < _DEEP else []
        case MapOf():
            return {}
        case ObjectOf():
            return _object(shape.cls, subject, depth + 1) if depth < _DEEP else {}
        case AnyOf():
            return _value(shape.options[0], subject, property, depth)
        case _:
            assert_never(shape)


def _object(cls: type, subject: _Subject, depth: int) -> dict[str, Value]:
    return {name: _value(shape, subject, name, depth) for name, shape in _object_shapes(cls).items()}


def _plain(shape: Plain, subject: _Subject, property: str) -> Value:
    made_up: dict[str, Value] = {
        "integer": 1,
        "number": 1,
        "boolean": False,
        "asset": Asset(text=subject.text(property)),
        "archive": Archive(assets={}),
        "anything": subject.text(property),
    }
    return made_up.get(shape.name, subject.text(property))
