"""Property values on Pulumi's wire (protobuf `Struct`) to plain `Value`s and back.

The wire marks what JSON cannot say: an unknown is one reserved string; secrets, assets, archives, resource references and
output values are objects with a reserved signature key. Source: sdk/go/common/resource/properties.go of Pulumi.
"""

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import struct_pb2

from marquee.engine.values import UNKNOWN, Archive, Asset, Secret, Value

UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 the protocol's mark, not a credential
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


def decode(struct: struct_pb2.Struct) -> dict[str, Value]:
    """The fields of `struct` as plain values, by name (the wire keeps no order).

    Nulls are dropped: to an engine they are absent properties.
    """
    fields = struct.fields
    return {name: _decode(fields[name]) for name in sorted(fields) if not fields[name].HasField("null_value")}


def _decode(value: struct_pb2.Value) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text == UNKNOWN_TEXT else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "struct_value":
        fields = decode(value.struct_value)
        return _marked(fields) if SIGNATURE in fields else fields
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    return None


def _marked(fields: dict[str, Value]) -> Value:
    """An object with a signature key as what it stands for."""
    mark = fields[SIGNATURE]
    if mark == SECRET:
        return Secret(fields.get("value"))
    if mark == ASSET:
        return Asset(path=fields.get("path"), text=fields.get("text"), uri=fields.get("uri"))
    if mark == ARCHIVE:
        return Archive(path=fields.get("path"), uri=fields.get("uri"), assets=fields.get("assets"))
    if mark == RESOURCE:
        # A provider resolves a reference to the id of a custom resource, to the URN of a component.
        return fields["id"] if "id" in fields else fields["urn"]
    if mark == OUTPUT:
        inner = fields.get("value", UNKNOWN)
        return Secret(inner) if fields.get("secret") else inner
    raise ValueError(f"unknown signature {mark!r} in a property value")


def encode(values: Mapping[str, Value]) -> struct_pb2.Struct:
    """`values` as the wire's `Struct`. Raises TypeError for a value that is not a `Value`."""
    struct = struct_pb2.Struct()
    for name, value in values.items():
        _encode(value, struct.fields[name])
    return struct


def _encode(value: Value, into: struct_pb2.Value) -> None:  # noqa: C901, PLR0912 one branch a kind of value
    if isinstance(value, str):
        into.string_value = value
    elif isinstance(value, bool):
        into.bool_value = value
    elif isinstance(value, int | float):
        into.number_value = value
    elif value is None:
        into.null_value = struct_pb2.NULL_VALUE
    elif value is UNKNOWN:
        into.string_value = UNKNOWN_TEXT
    elif isinstance(value, list | tuple):
        into.list_value.SetInParent()
        items: Any = value  # pyright: ignore[reportUnknownVariableType]
        for item in items:
            _encode(item, into.list_value.values.add())
    elif isinstance(value, Mapping):
        into.struct_value.SetInParent()
        fields: Any = value  # pyright: ignore[reportUnknownVariableType]
        for name, field in fields.items():
            _encode(field, into.struct_value.fields[name])
    elif isinstance(value, Secret):
        _encode({SIGNATURE: SECRET, "value": value.value}, into)
    elif isinstance(value, Asset):
        _encode({SIGNATURE: ASSET, **_set_fields(path=value.path, text=value.text, uri=value.uri)}, into)
    elif isinstance(value, Archive):
        _encode({SIGNATURE: ARCHIVE, **_set_fields(path=value.path, uri=value.uri, assets=value.assets)}, into)
    else:
        raise TypeError(f"{type(value).__name__} is no property value")


def _set_fields(**fields: Value) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}
