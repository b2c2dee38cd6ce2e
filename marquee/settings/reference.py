"""What each setting means: the words, types and defaults that `marquee config explain` prints."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, cast

from pydantic.fields import FieldInfo

from marquee.errors import MarqueeError
from marquee.settings._platform import Platform
from marquee.settings._section import Section, Setting, by_profile, may_be_left_out, settings_below


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One setting, or a section of them."""

    path: str
    doc: str
    takes: str
    """The values it takes, in words."""
    required: bool
    starter: str
    """Default in profile starter, as YAML would say it; empty if it has none."""
    mature: str
    example: str
    fields: tuple[str, ...]
    """Paths directly below, for a section."""


@cache
def entries() -> Mapping[str, Entry]:
    """Path → entry for every setting, in the order of the sections."""
    found = list(settings_below(Platform))
    schemas = {owner: owner.model_json_schema() for owner in {setting.owner for setting in found}}
    return {setting.path: _entry(setting, schemas[setting.owner], [other.path for other in found]) for setting in found}


def explain(path: str) -> Entry:
    """The entry at `path`; indexes and region names may stand in it or not. MarqueeError (exit 2) suggests near ones."""
    known = entries()
    for pattern, entry in known.items():
        if re.fullmatch(_forgiving(pattern), path):
            return entry
    plain = {_plain(pattern): pattern for pattern in known}
    word = _plain(path).rpartition(".")[2]
    near = [other for other in plain if word and word in other.rpartition(".")[2]] or get_close_matches(
        _plain(path), list(plain), n=3, cutoff=0.5
    )
    fix = f"did you mean {' or '.join(plain[item] for item in near[:3])}?" if near else "list all with `marquee config explain`"
    raise MarqueeError(f"there is no setting {path[:80]!r}", fix=fix, exit_code=2)


def _forgiving(pattern: str) -> str:
    """A regular expression that takes `regions[0].cidr` and `regions.cidr` for `regions[].cidr`."""
    return re.escape(pattern).replace(r"\[\]", r"(\[[0-9]*\])?").replace(r"\.<name>", r"(\.[^.]+)?")


def _plain(path: str) -> str:
    return re.sub(r"\[[0-9]*\]|\.<name>", "", path)


def _entry(setting: Setting, schema: Mapping[str, Any], paths: list[str]) -> Entry:
    doc, _, example = (setting.field.description or "").partition(" Example: ")
    below = re.compile(re.escape(setting.path) + r"(\[\]|\.<name>)?\.[^.\[]+")
    return Entry(
        path=setting.path,
        doc=doc,
        takes=_takes(schema["properties"][setting.name], schema.get("$defs", {})),
        required=not may_be_left_out(setting.field),
        starter=_default(setting.field, "starter"),
        mature=_default(setting.field, "mature"),
        example=example.removesuffix("."),
        fields=tuple(path for path in paths if below.fullmatch(path)),
    )


def _default(field: FieldInfo, profile: str) -> str:
    if default := by_profile(field):
        return json.dumps(getattr(default, profile))
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    return "" if isinstance(value, Section) else json.dumps(value, default=str)


Node = Mapping[str, Any]


def _takes(node: Node, definitions: Node) -> str:
    """A schema node in words."""
    if "$ref" in node:
        return "a section"
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    if "const" in node:
        return str(node["const"])
    for union in ("anyOf", "oneOf"):
        if union in node:
            return " or ".join(_takes(cast("Node", part), definitions) for part in node[union])
    return _KINDS[node["type"]](node, definitions)


def _array(node: Node, definitions: Node) -> str:
    counts = [f"at least {node['minItems']}" if "minItems" in node else "", f"at most {node['maxItems']}" if "maxItems" in node else ""]
    size = f" ({', '.join(filter(None, counts))})" if any(counts) else ""
    return f"a list{size}, each item {_takes(node['items'], definitions)}"


def _number(node: Node, _: Node) -> str:
    kind = "a whole number" if node["type"] == "integer" else "a number"
    return f"{kind} from {node['minimum']:,} to {node['maximum']:,}"


def _text(node: Node, _: Node) -> str:
    if node.get("format") == "date":
        return "a date, year-month-day, in quotes"
    return str(node["$comment"])


def _word(word: str) -> Callable[[Node, Node], str]:
    def say(_node: Node, _definitions: Node) -> str:
        return word

    return say


_KINDS: dict[str, Callable[[Node, Node], str]] = {
    "array": _array,
    "boolean": _word("true or false"),
    "integer": _number,
    "null": _word("null"),
    "number": _number,
    "object": _word("a mapping of names to sections"),
    "string": _text,
}
"""Schema type → its words."""
