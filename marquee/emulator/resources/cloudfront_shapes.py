"""CloudFront's own way of writing requests: every list is a structure of `Quantity` and `Items`."""

from collections.abc import Mapping
from typing import Any

from marquee.emulator.resources.fit import fit, member
from marquee.errors import MarqueeError

_RENAMED = {"orderedCacheBehaviors": "CacheBehaviors", "originId": "Id", "name": "HeaderName", "value": "HeaderValue"}
"""Property → member, where the names differ and the structure has that member. An origin, and a group of them, are named by `originId` as
the members of a group are."""


def shaped(shape: Any, value: Any, path: str) -> Any:
    """`value` in the form that the botocore `shape` takes. Raises MarqueeError for a field that has no place; `path` says where it is."""
    if shape.type_name != "structure":
        return fit(shape, value, path)
    if "Quantity" in shape.members:
        return _counted(shape, value, path)
    fields: dict[str, Any] = {}
    for name, item in value.items():
        found = _member(shape, name)
        if found is None:
            raise MarqueeError(f"{path}.{name} has no place in the AWS request ({shape.name} has {', '.join(shape.members)})")
        if found == "CachedMethods":  # the provider has it beside the allowed methods, the API inside
            continue
        fields[found] = shaped(shape.members[found], item, f"{path}.{name}")
    if "cachedMethods" in value:
        cached = shape.members["AllowedMethods"].members["CachedMethods"]
        fields["AllowedMethods"]["CachedMethods"] = shaped(cached, value["cachedMethods"], f"{path}.cachedMethods")
    return fields


def _member(shape: Any, name: str) -> str | None:
    if name == "cachedMethods" and "AllowedMethods" in shape.members:
        return "CachedMethods"
    renamed = _RENAMED.get(name)
    return renamed if renamed in shape.members else member(shape, name)


def _counted(shape: Any, value: Any, path: str) -> dict[str, Any]:
    """A list, or an object with a list and other fields beside it."""
    if isinstance(value, Mapping):
        given: dict[str, Any] = dict(value)  # pyright: ignore[reportUnknownArgumentType]
    else:
        given = {"items": value}
    items: list[Any] = given.pop("items", given.pop("locations", None)) or []
    given.pop("quantity", None)
    beside = {name: item for name, item in ((member(shape, name), item) for name, item in given.items()) if name is not None}
    counted: dict[str, Any] = {**beside, "Quantity": len(items)}
    if "Enabled" in shape.members:
        counted["Enabled"] = bool(items)
    if items:
        inner = shape.members["Items"].member
        counted["Items"] = [shaped(inner, item, f"{path}[{index}]") for index, item in enumerate(items)]
    return counted
