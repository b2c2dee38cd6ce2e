"""JSON bodies as inputs: plain text where everything is known, so that a preview can judge it."""

import json
from collections.abc import Mapping
from typing import Any

from pulumi import Input, Output


def json_text(body: Mapping[str, Any]) -> Input[str]:
    """`body` as JSON, its outputs resolved."""
    return Output.json_dumps(body) if has_output(body) else json.dumps(body)


def has_output(value: object) -> bool:
    """Whether an output is anywhere in `value`."""
    if isinstance(value, Mapping):
        return any(has_output(item) for item in value.values())  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return any(has_output(item) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return isinstance(value, Output)
