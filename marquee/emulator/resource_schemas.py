"""CloudFormation's published resource schemas, which Cloud Control holds every body to.

They come with cfn-lint (MIT-0), which moto needs: nothing of them is kept here.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from marquee.emulator.upstream import module
from marquee.errors import MarqueeError

Schema = Mapping[str, Any]


@cache
def resource_schema(type_name: str, region: str = "us-east-1") -> Schema:
    """The schema of a type such as `AWS::MediaPackageV2::Channel`. MarqueeError if the region has no such type."""
    spec = find_spec("cfnlint")  # its own loader takes seconds
    if spec is None or not spec.submodule_search_locations:
        raise MarqueeError("the resource schemas are missing: cfn-lint is not installed", fix="pip install 'marquee[local]'")
    folder = Path(spec.submodule_search_locations[0]) / "data" / "schemas"
    names: dict[str, str] = json.loads((folder / "providers" / f"{region}.json").read_text(encoding="utf-8"))
    if type_name not in names:
        raise MarqueeError(f"CloudFormation has no type {type_name} in {region}")
    return json.loads((folder / "resources" / f"{names[type_name]}.json").read_text(encoding="utf-8"))


def problems(type_name: str, body: Mapping[str, Any], region: str = "us-east-1") -> list[str]:
    """What Cloud Control refuses in a desired state: what the schema forbids, and what only the service may set."""
    schema = resource_schema(type_name, region)
    if "create" not in schema.get("handlers", {}):
        return [f"{type_name} cannot be made through Cloud Control"]
    validator: Any = module("jsonschema").Draft7Validator(schema)
    found = [f"{'/'.join(map(str, error.absolute_path)) or '(top)'}: {error.message}" for error in validator.iter_errors(body)]
    read_only = [_steps(pointer) for pointer in cast("list[str]", schema.get("readOnlyProperties", []))]
    return found + [f"{'/'.join(steps)}: only the service sets it" for steps in read_only if _has(body, steps)]


def identifier(type_name: str, properties: Mapping[str, Any]) -> str:
    """The primary identifier of a resource, its parts joined by `|`. Source: Cloud Control API User Guide, "Identifying resources"."""
    pointers = cast("list[str]", resource_schema(type_name)["primaryIdentifier"])
    return "|".join(str(properties[_steps(pointer)[0]]) for pointer in pointers)


def _steps(pointer: str) -> list[str]:
    return pointer.removeprefix("/properties/").split("/")


def _has(value: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    if steps[0] == "*":
        return isinstance(value, list) and any(_has(item, steps[1:]) for item in cast("list[Any]", value))
    return isinstance(value, Mapping) and steps[0] in value and _has(cast("Schema", value)[steps[0]], steps[1:])
