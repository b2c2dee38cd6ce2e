"""Protobuf properties → plain data, once a resource.

The SDK's own reading costs a parse, a copy and a tree of proxies for every policy, and unwraps secrets so that a control
cannot tell one from a literal. One pass over the wire's Struct keeps both apart: unknowns become `UNKNOWN`, secrets `SECRET`.
"""

from typing import Any, Final

from google.protobuf.struct_pb2 import Struct
from google.protobuf.struct_pb2 import Value as ProtoValue

from guard.values import SECRET, UNKNOWN, Asset, Value

# The signatures below are the wire's own (sdk/go/common/resource/properties.go in pulumi/pulumi).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type tag, no secret
ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"

UNKNOWN_STRINGS: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
    }
)
_UNKNOWN_LENGTH: Final = 36
_OPAQUE: Final[dict[str, Value]] = {SECRET_SIGNATURE: SECRET, ASSET_SIGNATURE: Asset("asset"), ARCHIVE_SIGNATURE: Asset("archive")}


def normalise(properties: Struct) -> dict[str, Value]:
    """Plain data of a resource's properties. Whole numbers are `int`; names stay the wire's camelCase."""
    return {key: _value(value) for key, value in properties.fields.items()}


def _value(value: ProtoValue) -> Value:  # noqa: PLR0911 - one return a kind
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        # A string that merely contains the sentinel was put together from an unknown, so it is as unknown as a whole.
        return UNKNOWN if len(text) >= _UNKNOWN_LENGTH and _is_unknown(text) else text
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields:
            return _signed(fields)
        return {key: _value(item) for key, item in fields.items()}
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    return None


def _is_unknown(text: str) -> bool:
    if len(text) == _UNKNOWN_LENGTH:
        return text in UNKNOWN_STRINGS
    return any(sentinel in text for sentinel in UNKNOWN_STRINGS)


def _signed(fields: Any) -> Value:
    signature = fields[SIGNATURE].string_value
    if signature in _OPAQUE:
        return _OPAQUE[signature]
    if signature == OUTPUT_SIGNATURE:
        if "secret" in fields and fields["secret"].bool_value:
            return SECRET
        return _value(fields["value"]) if "value" in fields else UNKNOWN
    if signature == RESOURCE_SIGNATURE and "id" in fields:
        return _value(fields["id"]) or UNKNOWN
    return UNKNOWN
