"""The provider's own schema, as `terraform providers schema -json` prints it, reduced to the shapes that a value can have."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, a number or a bool."""

    name: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list or a set, of values or of nested blocks."""

    item: "Shape"
    ordered: bool


@dataclass(frozen=True, slots=True)
class Map:
    """An object whose keys are the user's: tags, environment variables. They are never renamed."""

    item: "Shape"


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """A resource, a block or a structural attribute. Equal only to itself, so that tables can be kept by it."""

    fields: "Mapping[str, Field]"
    """Name in the provider, snake_case, → field."""
    structural: bool = False
    """True for an attribute of object type: unlike in a block, Terraform wants every field of it to be there, if only as null."""


Shape = Scalar | Sequence | Map | Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An argument, an attribute or a nested block."""

    name: str
    shape: Shape
    required: bool = False
    settable: bool = True
    """False for an attribute that only the provider sets."""
    computed: bool = False


@dataclass(frozen=True, eq=False)
class Schema:
    """Every type that one release of the provider knows."""

    version: str
    _raw: Mapping[str, Any] = field(repr=False)
    """One provider's part of the JSON that Terraform prints."""
    _shapes: dict[tuple[str, str], Object] = field(default_factory=dict[tuple[str, str], Object], repr=False)

    @functools.cached_property
    def resources(self) -> frozenset[str]:
        """Names of the resource types."""
        return frozenset(self._raw["resource_schemas"])

    @functools.cached_property
    def data_sources(self) -> frozenset[str]:
        """Names of the data sources."""
        return frozenset(self._raw["data_source_schemas"])

    @functools.cached_property
    def provider(self) -> Object:
        """Shape of the provider's own block."""
        return _block(self._raw["provider"]["block"])

    def resource(self, name: str) -> Object:
        """Shape of a resource type; KeyError if there is none of that name."""
        return self._shape("resource_schemas", name)

    def version_of(self, name: str) -> int:
        """The version of a resource type's schema, which a state file records."""
        return int(self._raw["resource_schemas"][name]["version"])

    def data_source(self, name: str) -> Object:
        """Shape of a data source; KeyError if there is none of that name."""
        return self._shape("data_source_schemas", name)

    def _shape(self, kind: str, name: str) -> Object:
        if (kind, name) not in self._shapes:
            self._shapes[kind, name] = _block(self._raw[kind][name]["block"])
        return self._shapes[kind, name]


def _block(raw: Mapping[str, Any]) -> Object:
    attributes = {name: _attribute(name, spec) for name, spec in raw.get("attributes", {}).items()}
    blocks = {name: _nested_block(name, spec) for name, spec in raw.get("block_types", {}).items()}
    return Object(attributes | blocks)


def _attribute(name: str, spec: Mapping[str, Any]) -> Field:
    shape = _nested_attribute(spec["nested_type"]) if "nested_type" in spec else _cty(spec["type"])
    return Field(
        name=name,
        shape=shape,
        required=spec.get("required", False),
        settable=spec.get("required", False) or spec.get("optional", False),
        computed=spec.get("computed", False),
    )


def _nested_block(name: str, spec: Mapping[str, Any]) -> Field:
    inside = _block(spec["block"])
    mode = spec["nesting_mode"]
    shape: Shape = inside if mode in ("single", "group") else Map(inside) if mode == "map" else Sequence(inside, ordered=mode == "list")
    return Field(name=name, shape=shape, required=spec.get("min_items", 0) > 0)


def _nested_attribute(spec: Mapping[str, Any]) -> Shape:
    inside = Object({name: _attribute(name, part) for name, part in spec["attributes"].items()}, structural=True)
    mode = spec["nesting_mode"]
    return inside if mode == "single" else Map(inside) if mode == "map" else Sequence(inside, ordered=mode == "list")


def _cty(raw: object) -> Shape:
    """Terraform's type notation: `"string"`, `["set", "string"]`, `["object", {"id": "string"}]`."""
    if isinstance(raw, str):
        return Scalar(raw)
    kind, inner = cast("tuple[str, Any]", raw)
    if kind == "object":
        return Object({name: Field(name=name, shape=_cty(part), computed=True) for name, part in inner.items()}, structural=True)
    return Map(_cty(inner)) if kind == "map" else Sequence(_cty(inner), ordered=kind == "list")
