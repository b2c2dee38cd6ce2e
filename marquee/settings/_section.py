"""What every section is made of: frozen, nothing unknown, and defaults that depend on the profile."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ConfigDict
from pydantic.fields import FieldInfo

Profile = Literal["starter", "mature"]


@dataclass(frozen=True, slots=True)
class ByProfile:
    """Field annotation: the default in each profile. `load` puts it under what the stack file says."""

    starter: Any
    mature: Any


def _describe(schema: dict[str, Any], model: type[Any]) -> None:
    """Bring pydantic's schema to what a stack file may really say: profile defaults are shown, and not required."""
    fields: Mapping[str, FieldInfo] = model.model_fields
    for name, field in fields.items():
        if default := by_profile(field):
            note = f"Default: {json.dumps(default.starter)} in starter, {json.dumps(default.mature)} in mature."
            text = schema["properties"][name].get("description", "")
            schema["properties"][name]["description"] = f"{text} {note}".strip()
    required = [name for name in schema.pop("required", []) if not may_be_left_out(fields[name])]
    if required:
        schema["required"] = required


class Section(BaseModel):
    """A section of the stack file: a frozen model that refuses keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, json_schema_extra=_describe)


def by_profile(field: FieldInfo) -> ByProfile | None:
    """The field's profile defaults, if it has any."""
    return next((item for item in field.metadata if isinstance(item, ByProfile)), None)


def subsection(annotation: Any) -> tuple[type[Section], str] | None:
    """The section inside a field's type, and what a path puts between: nothing, `[]` for a list, `.<name>` for a mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation, ""
    origin = get_origin(annotation)
    between = "[]" if origin is tuple else ".<name>" if origin is dict else ""
    for part in get_args(annotation):
        if inner := subsection(part):
            return inner[0], between + inner[1]
    return None


def may_be_left_out(field: FieldInfo) -> bool:
    """True if a stack file need not say it: it has a default, a profile gives one, or all that it holds may be left out."""
    if not field.is_required() or by_profile(field):
        return True
    inner = subsection(field.annotation)
    return inner is not None and inner[1] == "" and all(map(may_be_left_out, inner[0].model_fields.values()))


def profile_defaults(section: type[Section], profile: Profile) -> dict[str, Any]:
    """The profile's defaults for all fields below `section`, nested as in the stack file."""
    found: dict[str, Any] = {}
    for name, field in section.model_fields.items():
        inner, default = subsection(field.annotation), by_profile(field)
        if default is not None:
            found[name] = getattr(default, profile)
        elif inner is not None and inner[1] == "" and (nested := profile_defaults(inner[0], profile)):
            found[name] = nested
    return found


class Setting(NamedTuple):
    """One field of the settings and where it belongs."""

    path: str
    """Like `regions[].cidr`, or `network.existing.<name>.vpc_id` for what any entry of a mapping holds."""
    owner: type[Section]
    field: FieldInfo

    @property
    def name(self) -> str:
        """The field's own name, the last part of the path."""
        return self.path.rpartition(".")[2]


def settings_below(section: type[Section], path: str = "") -> Iterator[Setting]:
    """Every field, sections before what they hold."""
    for name, field in section.model_fields.items():
        here = f"{path}.{name}".removeprefix(".")
        yield Setting(here, section, field)
        if inner := subsection(field.annotation):
            yield from settings_below(inner[0], here + inner[1])
