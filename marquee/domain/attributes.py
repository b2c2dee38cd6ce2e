"""Plain data as DynamoDB's attribute values, which a workflow's own write to a table takes."""

from collections.abc import Mapping
from typing import Any, cast

Attribute = dict[str, Any]


def attribute(value: object) -> Attribute:
    """`{"width": 640}` as `{"M": {"width": {"N": "640"}}}`. Raises TypeError for what a record should not hold, floats included."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int():
            return {"N": str(value)}
        case Mapping():
            return {"M": {str(name): attribute(item) for name, item in cast("Mapping[object, object]", value).items()}}
        case list():
            return {"L": [attribute(item) for item in cast("list[object]", value)]}
        case _:
            raise TypeError(f"a record holds no {type(value).__name__}")


def plain(value: Mapping[str, Any]) -> Any:
    """A DynamoDB attribute value as plain data; the inverse of `attribute`."""
    ((kind, inner),) = value.items()
    match kind:
        case "M":
            return {name: plain(item) for name, item in inner.items()}
        case "L":
            return [plain(item) for item in inner]
        case "N":
            return int(inner)
        case "NULL":
            return None
        case _:
            return inner
