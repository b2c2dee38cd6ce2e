"""The server's side of AWS's REST-JSON protocol, from botocore's own model of a service: requests in, answers out."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qs, unquote

from marquee.emulator.service_model import Shape, service_model

Fields = dict[str, Any]
"""Members by the names of the model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One API call as its client meant it."""

    operation: str
    """`CreateJob`."""
    parameters: Fields


class MalformedError(ValueError):
    """A request whose body is no JSON object."""


def parse(service: str, method: str, raw_path: str, query: str, body: bytes) -> Asked | None:
    """The call that a request makes; None if the service has no such one.

    `raw_path` as it was sent, since a parameter may hold an encoded slash. Raises MalformedError.
    """
    for name, verb, pattern in _routes(service):
        match = pattern.fullmatch(raw_path) if verb == method else None
        if match is None:
            continue
        shape = service_model(service).operation_model(name).input_shape
        parameters = _body(shape, body) if shape else Fields()
        given = parse_qs(query, keep_blank_values=True)
        for member, place in cast("Mapping[str, Shape]", shape.members if shape else {}).items():
            wire = place.serialization.get("name", member)
            if place.serialization.get("location") == "uri":
                parameters[member] = unquote(match[_group(wire)])
            elif place.serialization.get("location") == "querystring" and wire in given:
                parameters[member] = _scalar(place, given[wire])
        return Asked(operation=name, parameters=parameters)
    return None


def render(service: str, operation: str, answer: Mapping[str, Any]) -> tuple[int, bytes]:
    """Status and body of a successful answer, given by the model's names."""
    model = service_model(service).operation_model(operation)
    fields: Any = _outward(model.output_shape, answer) if model.output_shape else {}
    return int(model.http.get("responseCode", 200)), json.dumps(fields).encode()


@cache
def _routes(service: str) -> list[tuple[str, str, re.Pattern[str]]]:
    """Operation, method and path; those with more fixed text first, so that `/tags/{arn}` hides nothing."""
    model = service_model(service)
    found = [(name, model.operation_model(name).http) for name in cast("list[str]", model.operation_names)]
    found.sort(key=lambda each: -len(re.sub(r"\{.*?\}", "", each[1]["requestUri"])))
    return [(name, http["method"], re.compile(_pattern(http["requestUri"].partition("?")[0]))) for name, http in found]


def _pattern(uri: str) -> str:
    parts: Iterable[str] = re.split(r"(\{.*?\})", uri)
    return "".join(f"(?P<{_group(part[1:-1].rstrip('+'))}>[^/]+)" if part.startswith("{") else re.escape(part) for part in parts)


def _group(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _body(shape: Shape, body: bytes) -> Fields:
    if not body:
        return {}
    try:
        content: Any = json.loads(body)
    except ValueError as error:
        raise MalformedError("the body is no JSON") from error
    if not isinstance(content, dict):
        raise MalformedError("the body is no JSON object")
    return _inward(shape, cast("Fields", content))


def _inward(shape: Shape, value: Any) -> Any:
    """Wire names to the model's. What does not fit is left as it is, for the service model to refuse."""
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        names = {place.serialization.get("name", member): member for member, place in cast("Mapping[str, Shape]", shape.members).items()}
        given = cast("Mapping[str, Any]", value)
        return {names.get(wire, wire): _inward(shape.members[names[wire]], item) if wire in names else item for wire, item in given.items()}
    if kind == "list" and isinstance(value, list):
        return [_inward(shape.member, item) for item in cast("list[Any]", value)]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _inward(shape.value, item) for key, item in cast("Mapping[str, Any]", value).items()}
    return value


def _outward(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        members, given = cast("Mapping[str, Shape]", shape.members), cast("Mapping[str, Any]", value)
        present = [name for name in given if name in members and given[name] is not None]
        return {members[name].serialization.get("name", name): _outward(members[name], given[name]) for name in present}
    if kind == "list":
        return [_outward(shape.member, item) for item in cast("list[Any]", value)]
    if kind == "map":
        return {key: _outward(shape.value, item) for key, item in cast("Mapping[str, Any]", value).items()}
    return value.timestamp() if isinstance(value, datetime) else value


def _scalar(shape: Shape, texts: list[str]) -> Any:
    if shape.type_name == "list":
        return texts
    if shape.type_name in {"integer", "long"} and texts[0].lstrip("-").isdigit():
        return int(texts[0])
    return {"true": True, "false": False}.get(texts[0], texts[0]) if shape.type_name == "boolean" else texts[0]
