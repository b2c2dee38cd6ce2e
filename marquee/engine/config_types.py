"""The types that `config:` in Pulumi.yaml declares. A value may also be the text that `pulumi config set` would have stored."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from marquee.errors import MarqueeError

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": (str, int, float, bool),
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
}


def check_types(schema: Mapping[str, Any], values: Mapping[str, Any], stack: str) -> None:
    """Raises MarqueeError (exit code 2) naming every value that has another type than its key's entry in `schema` declares."""
    wrong: list[str] = []
    for key, entry in schema.items():
        declared = str(cast("dict[str, Any]", entry).get("type", "")) if isinstance(entry, dict) else ""
        if declared in _TYPES and key in values and not _is(values[key], declared):
            wrong.append(f"{key} must be of type {declared!r}")
    if wrong:
        raise MarqueeError(f"configuration of stack {stack!r}: {'; '.join(wrong)}", fix=f"edit Pulumi.{stack}.yaml", exit_code=2)


def _is(value: object, declared: str) -> bool:
    if isinstance(value, dict) and set(cast("dict[str, Any]", value)) == {"secure"}:
        return True  # nobody here can tell what is in it
    if isinstance(value, bool) and declared == "integer":
        return False
    return isinstance(value, _TYPES[declared]) or (isinstance(value, str) and isinstance(_decoded(value), _TYPES[declared]))


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None
