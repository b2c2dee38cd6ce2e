"""Inputs against the SDK's declared types, nested ones too: the SDK itself lets misspelt keys and wrong types pass in silence.

No message holds a value, since any value may be a secret.
"""

import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never, cast

from marquee.engine import sdk
from marquee.engine.hints import AnyOf, Choice, ListOf, MapOf, ObjectOf, Plain, Shape, shape_of
from marquee.engine.values import UNKNOWN, Archive, Asset, Secret, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong with one property."""

    path: str
    """`rules[0].applyServerSideEncryptionByDefault.sseAlgorithm`, in the names that reached the wire."""
    kind: Literal["unknown", "type", "missing"]
    expected: str = ""
    """The shape that the SDK declares, for `type` and `missing`."""
    got: str = ""
    """The kind of value that was given, for `type`."""
    near: str = ""
    """A declared name much like the unknown one, as Python writes it."""

    def __str__(self) -> str:
        if self.kind == "unknown":
            hint = f"; did you mean {self.near!r}?" if self.near else ""
            return f"{self.path}: no such property{hint}"
        if self.kind == "missing":
            return f"{self.path}: is missing; {self.expected} is required"
        return f"{self.path}: {self.expected} is expected, not {self.got}"


def check_inputs(type_token: str, inputs: Mapping[str, Value]) -> list[Problem]:
    """What the SDK's class of `type_token` does not know, what is missing, and what has another type than declared.

    Names are the wire's. Unknown values fit everywhere; secrets are looked into. Empty for a token that no installed SDK knows.
    """
    cls = sdk.args_class(type_token)
    return [] if cls is None else _check_object(cls, inputs)


def _check_object(cls: type, fields: Mapping[str, Value]) -> list[Problem]:
    declared, required = _table(cls)
    found: list[Problem] = []
    for name, value in fields.items():
        shape = declared.get(name)
        if shape is None:
            found.append(Problem(path=name, kind="unknown", near=_nearest(name, cls)))
        elif value is not None:  # null is an absent property
            found += _below(name, _check(shape, value))
    for name in required:
        if fields.get(name) is None:
            found.append(Problem(path=name, kind="missing", expected=_describe(declared[name])))
    return found


@functools.cache
def _table(cls: type) -> tuple[Mapping[str, Shape], tuple[str, ...]]:
    types = sdk.result_types(cls) if sdk.is_output(cls) else sdk.input_types(cls)
    shapes = {name: shape_of(hint) for name, hint in types.items()}
    return shapes, tuple(sorted(sdk.required_names(cls)))


def _check(shape: Shape, value: Value) -> list[Problem]:  # noqa: PLR0911 one return a shape
    if isinstance(value, Secret):
        value = value.value
    if value is UNKNOWN:
        return []
    match shape:
        case Plain():
            return [] if _fits(shape, value) else [_mismatch(shape, value)]
        case Choice():
            return [] if value in shape.values else [_mismatch(shape, value)]
        case ListOf():
            return _check_items(shape.item, value) if isinstance(value, list) else [_mismatch(shape, value)]
        case MapOf():
            if not isinstance(value, Mapping):
                return [_mismatch(shape, value)]
            fields = cast("Mapping[str, Value]", value)
            return [problem for name, field in fields.items() if field is not None for problem in _below(name, _check(shape.item, field))]
        case ObjectOf():
            return _check_object(shape.cls, cast("Mapping[str, Value]", value)) if isinstance(value, Mapping) else [_mismatch(shape, value)]
        case AnyOf():
            return _check_options(shape, value)
        case _:
            assert_never(shape)


def _check_items(shape: Shape, items: Any) -> list[Problem]:
    return [problem for index, item in enumerate(items) for problem in _below(f"[{index}]", _check(shape, item))]


def _check_options(shape: AnyOf, value: Value) -> list[Problem]:
    """No problem if one option fits; else those of the option that comes nearest, if it has at least the right kind."""
    results = [_check(option, value) for option in shape.options]
    if not all(results):
        return []
    inside = [problems for problems in results if any(problem.path for problem in problems)]
    return min(inside, key=len) if inside else [_mismatch(shape, value)]


_PYTHON: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "asset": Asset,
    "archive": Archive,
    "anything": object,
}


def _fits(shape: Plain, value: Value) -> bool:
    # bool is an int to Python, but not to a provider.
    return isinstance(value, _PYTHON[shape.name]) and not (isinstance(value, bool) and shape.name in ("integer", "number"))


def _mismatch(shape: Shape, value: Value) -> Problem:
    return Problem(path="", kind="type", expected=_describe(shape), got=_kind(value))


def _below(name: str, problems: Iterable[Problem]) -> list[Problem]:
    """The problems of a part, as problems of the whole."""
    return [replace(problem, path=_join(name, problem.path)) for problem in problems]


def _join(name: str, path: str) -> str:
    return f"{name}{path}" if not path or path.startswith("[") else f"{name}.{path}"


def _describe(shape: Shape) -> str:
    match shape:
        case Plain():
            return {"asset": "an asset", "archive": "an archive", "integer": "an integer"}.get(shape.name, f"a {shape.name}")
        case Choice():
            return "one of " + ", ".join(repr(value) for value in shape.values)
        case ListOf():
            return "a list"
        case MapOf():
            return "an object"
        case ObjectOf():
            return f"an object ({shape.cls.__name__})"
        case AnyOf():
            return " or ".join(dict.fromkeys(_describe(option) for option in shape.options))
        case _:
            assert_never(shape)


def _kind(value: Value) -> str:
    kinds: list[tuple[Any, str]] = [
        (bool, "a boolean"),
        (str, "a string"),
        (int, "an integer"),
        (float, "a fraction"),
        (list, "a list"),
        (Mapping, "an object"),
        (Asset, "an asset"),
        (Archive, "an archive"),
    ]
    return next((name for kind, name in kinds if isinstance(value, kind)), "null")


def _nearest(name: str, cls: type) -> str:
    names: Mapping[str, str] = {} if sdk.is_output(cls) else sdk.python_names(cls)
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    matches = difflib.get_close_matches(snake, names, n=1, cutoff=0.6)
    if not matches:
        return ""
    # Already written as Python does: then it is the wire's name that was needed (a provider's nested blocks are JSON).
    return names[matches[0]] if matches[0] == name else matches[0]
