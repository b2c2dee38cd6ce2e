"""An API call in the form that its service receives, made with botocore's own serialiser."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlencode

from marquee.emulator.upstream import botocore_session, create_serializer


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One API call, as an SDK would make it."""

    service: str
    """botocore's name, such as `dynamodb` or `stepfunctions`."""
    name: str
    """`PutItem`."""
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The HTTP request of an operation. The query holds the form of a query-protocol service too."""

    service: str
    """Signing name."""
    method: str
    path: str
    """Decoded, as ASGI has it."""
    headers: dict[str, str]
    body: bytes
    query: dict[str, list[str]]


def serialise(operation: Operation) -> Wire:
    """The request that carries `operation`. Raises botocore's errors for a service or an operation that it does not know."""
    service = botocore_session().get_service_model(operation.service)
    model = service.operation_model(operation.name)
    serializer = create_serializer(service.metadata["protocol"], include_validation=False)
    request = serializer.serialize_to_request(_parameters(model.input_shape, operation.parameters), model)
    path, _, tail = str(request["url_path"]).partition("?")
    query = parse_qs(tail, keep_blank_values=True) | _lists(request.get("query_string") or {})
    body: Any = request["body"] or b""
    if isinstance(body, dict):
        form = _lists(cast("dict[str, Any]", body))
        query, body = query | form, urlencode(form, doseq=True)
    return Wire(
        service=service.signing_name,
        method=request["method"],
        path=unquote(path),
        headers={str(name).lower(): str(value) for name, value in request["headers"].items()},
        body=body.encode() if isinstance(body, str) else bytes(body),
        query=query,
    )


def _lists(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    return {name: [str(item) for item in value] if isinstance(value, list) else [str(value)] for name, value in fields.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _parameters(shape: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` in the model's spelling. Structured text (a payload, a message) does not matter for permissions: JSON will do."""
    declared: dict[str, Any] = shape.members if shape else {}
    members = {name.lower(): (name, member) for name, member in declared.items()}
    result: dict[str, Any] = {}
    for name, value in given.items():
        if name.lower() not in members:
            continue
        spelt, member = members[name.lower()]
        textual = member.type_name in {"string", "blob"} and not isinstance(value, str | bytes)
        result[spelt] = json.dumps(value) if textual else value
    return result
