"""What the installed pulumi_aws says of its types, so that no case and no control can rest on a misspelt name."""

import importlib
import json
import re
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin

import pulumi_aws
from pulumi import _types

from tests.policy.harness import UNKNOWN


@cache
def tokens() -> Mapping[str, tuple[str, str]]:
    """Type token → module and class name, for every resource of the provider."""
    source = Path(str(pulumi_aws.__file__)).read_text()
    found = re.search(r'resource_modules="""(.*?)"""', source, re.DOTALL)
    assert found
    return {token: (entry["fqn"], name) for entry in json.loads(found[1]) for token, name in entry["classes"].items()}


@cache
def inputs(token: str) -> type:
    """The class of the resource's arguments."""
    module, name = tokens()[token]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # importing a service warns of its older twins
        package = importlib.import_module(module)
        # The generator says InitArgs where a nested type has taken the name.
        return getattr(package, f"{name}InitArgs", None) or getattr(package, f"{name}Args")


def input_class(token: str) -> type | None:
    """As `inputs`; None for what is no resource of the provider (the stack, a provider)."""
    return inputs(token) if token in tokens() else None


def misspelt(token: str, properties: Mapping[str, Any]) -> list[str]:
    """Paths in `properties` that the type does not have."""
    return list(_misspelt(inputs(token), properties, ""))


def _misspelt(cls: type, value: Mapping[str, Any], path: str) -> list[str]:
    types = _types.input_type_types(cls)
    found: list[str] = []
    for key, item in value.items():
        here = f"{path}.{key}" if path else key
        if key not in types:
            found.append(here)
            continue
        inner = nested(types[key])
        for part in item if isinstance(item, list) else [item]:
            if inner and isinstance(part, dict) and "4dabf18193072939515e22adb298388d" not in part:
                found += _misspelt(inner, part, here)
            elif inner and str not in get_args(types[key]) and not isinstance(part, dict) and part not in (None, UNKNOWN):
                found.append(f"{here}: an object is expected")
    return found


def nested(annotation: Any) -> type | None:
    """The argument class inside `Input[Optional[Sequence[Input[...Args]]]]`, if there is one."""
    if isinstance(annotation, type) and _types.is_input_type(annotation):
        return annotation
    if get_origin(annotation) is not None:
        for argument in get_args(annotation):
            if found := nested(argument):
                return found
    return None
