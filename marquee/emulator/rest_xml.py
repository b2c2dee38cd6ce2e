"""The server's side of AWS's REST-XML protocol for single structures, from botocore's own model of a service."""

from collections.abc import Mapping
from typing import Any, cast
from xml.etree.ElementTree import Element, SubElement, tostring

from marquee.emulator.service_model import Shape

Fields = dict[str, Any]
"""Members by the names of the model."""


def read(shape: Shape, element: Element) -> Any:
    """What `element` says. A member that the shape lacks stays, for the service model to refuse. ValueError for a malformed number."""
    match shape.type_name:
        case "structure":
            members = {place.serialization.get("name", name): name for name, place in cast("Mapping[str, Shape]", shape.members).items()}
            named = [(_local(child), child) for child in element]
            return {members.get(tag, tag): read(shape.members[members[tag]], child) if tag in members else "" for tag, child in named}
        case "list":
            return [read(shape.member, child) for child in element]
        case "boolean":
            return {"true": True, "false": False}.get((element.text or "").strip().lower(), element.text)
        case "integer" | "long":
            return int(element.text or "")
        case "float" | "double":
            return float(element.text or "")
        case _:
            return element.text or ""


def write(parent: Element, shape: Shape, value: Any) -> None:
    """Put `value` into `parent` in the order of the model."""
    if shape.type_name == "structure":
        for name, place in cast("Mapping[str, Shape]", shape.members).items():
            if value.get(name) is not None:
                write(SubElement(parent, place.serialization.get("name", name)), place, value[name])
    elif shape.type_name == "list":
        for item in value:
            write(SubElement(parent, shape.member.serialization.get("name", "member")), shape.member, item)
    else:
        parent.text = str(value).lower() if isinstance(value, bool) else str(value)


def document(tag: str, namespace: str, shape: Shape, value: Fields) -> bytes:
    """`value` as a whole document."""
    root = Element(tag, xmlns=namespace)
    write(root, shape, value)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8")


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
