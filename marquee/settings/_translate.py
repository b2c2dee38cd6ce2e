"""Pydantic's errors in the words of a stack file."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from marquee.settings._problem import Place, Problem, dotted, shown
from marquee.settings._section import Section, may_be_left_out, settings_below

_WORDS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "too_short": lambda limit: ("has too few items", f"list at least {limit['min_length']}"),
    "too_long": lambda limit: ("has too many items", f"list at most {limit['max_length']}"),
    "int_parsing_size": lambda _: ("is a number far out of range", "write an ordinary number"),
    "model_type": lambda _: ("is not a section", "write its fields below it, each as `name: value`, indented"),
    "dict_type": lambda _: ("is not a mapping", "write its entries below it, each as `name: value`, indented"),
    "marquee": lambda context: (str(context["why"]), str(context["fix"])),
}
"""Type of an error → why and fix, from the error's context."""


def problems_of(error: ValidationError, raw: Any, model: type[Section]) -> list[Problem]:
    """One problem for each place that `error` complains about, in its order; `raw` is what was validated as `model`."""
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        problem = _problem(detail, raw, model)
        if not _is_echo(detail):
            found.setdefault(problem.path, problem)
    return list(found.values())


def _is_echo(detail: ErrorDetails) -> bool:
    """True for "too short" of a list that is long enough: pydantic counts only the items without problems of their own."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail.get("ctx", {}).get("min_length", 0)


def value_at(raw: Any, place: Place) -> Any:
    """What stands at `place` in nested mappings and lists; None where nothing does."""
    for part in place:
        if isinstance(raw, Mapping):
            raw = cast("Mapping[Any, Any]", raw).get(part)
        elif isinstance(raw, list | tuple) and isinstance(part, int) and part < len(cast("list[Any]", raw)):
            raw = cast("list[Any]", raw)[part]
        else:
            return None
    return raw


def near(word: str, known: list[str]) -> str:
    """`did you mean x?`, or what there is to choose from."""
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"


def _problem(detail: ErrorDetails, raw: Any, model: type[Section]) -> Problem:
    place, kind = _place(detail["loc"], raw, missing=detail["type"] == "missing"), detail["type"]
    value = place[-1] if detail["loc"][-1:] == ("[key]",) else value_at(raw, place)  # pydantic's mark of a key that is wrong
    if kind == "missing":
        why, fix = "is required", _how_to_add(place, model)
    elif kind == "extra_forbidden":
        why, fix = "is no setting", near(str(place[-1]), _siblings(place, model))
    elif kind == "literal_error":
        choices = re.findall(r"'([^']*)'", detail.get("ctx", {}).get("expected", ""))
        why, fix = "is none of the choices", near(str(value), choices)
    elif value is None and kind in ("model_type", "dict_type"):
        why, fix = "is empty", "write its fields below it, indented, or remove the line"
    elif kind == "string_type":
        why, fix = _not_text(value)
    elif kind in _WORDS:
        why, fix = _WORDS[kind](detail.get("ctx", {}))
    else:
        why, fix = detail["msg"].lower(), f"see `marquee config explain {_pattern(place)}`"
    return Problem(dotted(place), shown(value), why, fix)


def _place(loc: Place, raw: Any, *, missing: bool) -> Place:
    """`loc` without the marks that pydantic adds for unions and mapping keys: only steps that exist in `raw`, or the missing one."""
    place: Place = ()
    for number, part in enumerate(loc):
        here = value_at(raw, place)
        exists = (isinstance(here, Mapping) and part in here) or (isinstance(here, list | tuple) and isinstance(part, int))
        if exists or (missing and number == len(loc) - 1):
            place = (*place, part)
    return place


def _not_text(value: Any) -> tuple[str, str]:
    if value is None:
        return "is empty", "write a value, or leave the line out"
    if isinstance(value, bool):
        return "is true or false, not text: some programs read an unquoted yes, no, on or off so", 'put it in quotes, as in "no"'
    if isinstance(value, int | float):
        return "is a number, not text: an unquoted number loses its leading zeros", 'put it in quotes, as in "012345678901"'
    return "is not text", "write one line of text"


def _pattern(place: Place) -> str:
    """`("regions", 0, "cidr")` → `regions[].cidr`, and the entries of a mapping as `<name>`."""
    if place[:2] == ("network", "existing") and len(place) > 2:
        place = (*place[:2], "<name>", *place[3:])
    return re.sub(r"\[\d+\]", "[]", dotted(place))


def _siblings(place: Place, model: type[Section]) -> list[str]:
    parent = _pattern(place[:-1])
    prefix = f"{parent}." if parent else ""
    paths = [setting.path for setting in settings_below(model) if setting.path.startswith(prefix)]
    return [path.removeprefix(prefix) for path in paths if not re.search(r"[.\[]", path.removeprefix(prefix))]


def _how_to_add(place: Place, model: type[Section]) -> str:
    fields = {setting.path: setting.field for setting in settings_below(model)}
    path = _pattern(place)
    for between, below in ((".", "below it"), ("[].", "in each item of a list below it")):
        inside = {name.removeprefix(path + between): field for name, field in fields.items() if name.startswith(path + between)}
        needed = [name for name, field in inside.items() if not re.search(r"[.\[]", name) and not may_be_left_out(field)]
        if needed:
            return f"add {place[-1]}: and, {below}, {', '.join(needed)}"
    _, _, example = (fields[path].description or "" if path in fields else "").partition("Example: ")
    return f"add {place[-1]}: {example.rstrip('.') or '…'}"
