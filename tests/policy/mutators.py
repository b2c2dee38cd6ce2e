"""Ways to break a property value, from mild to rude. Each is named by where it strikes and what it does."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi import _types

from guard.values import Marker
from tests.policy.schema import nested

Path = tuple[str | int, ...]
Variant = tuple[Path, str, Any]
"""Where, what was done there, and the whole value afterwards."""

DROP: Final = object()
FOREIGN: Final = "arn:aws:kms:us-gov-west-1:999999999999:key/foreign"
_TEXTS: Final = ("", "*", "0.0.0.0/0", "disabled", "Disabled", "none", "http", "allow-all", FOREIGN)
_WILDCARD: Final = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_STATEMENTS: Final = (
    _WILDCARD,
    {**_WILDCARD, "Principal": "*"},
    {**_WILDCARD, "Principal": {"AWS": "arn:aws:iam::999999999999:root"}},
    {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
)
_DEEPEST: Final = 9


def variants(value: Any, path: Path = ()) -> Iterator[Variant]:
    """Every value that differs from `value` in one place."""
    if isinstance(value, Marker) or len(path) > _DEEPEST:
        return
    if isinstance(value, dict):
        yield from _of_object(value, path)
    elif isinstance(value, list):
        yield from _of_list(value, path)
    else:
        yield from _of_leaf(value, path)


def _of_leaf(value: Any, path: Path) -> Iterator[Variant]:
    if isinstance(value, bool):
        yield path, "flipped", not value
    elif isinstance(value, int | float):
        yield from ((path, f"{number}", number) for number in (0, 1, -1, 99999) if number != value)
    elif isinstance(value, str):
        parsed = _parsed(value)
        if parsed is not None:
            yield from ((path, f"inside, {what}", json.dumps(inner)) for what, inner in _of_document(parsed))
        yield from ((path, f"{text!r}", text) for text in _TEXTS if text != value)


def _of_object(value: dict[str, Any], path: Path) -> Iterator[Variant]:
    for key in value:
        yield (*path, key), "dropped", {name: item for name, item in value.items() if name != key}
    for key, item in value.items():
        for where, what, changed in variants(item, (*path, key)):
            yield where, what, {**value, key: changed}


def _of_list(value: list[Any], path: Path) -> Iterator[Variant]:
    yield (path, "emptied", []) if value else (path, "filled", [FOREIGN])
    if len(value) > 1:
        yield from ((path, f"without [{n}]", value[:n] + value[n + 1 :]) for n in range(len(value)))
    for n, item in enumerate(value):
        for where, what, changed in variants(item, (*path, n)):
            yield where, what, [*value[:n], changed, *value[n + 1 :]]


def _parsed(text: str) -> Any:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _of_document(document: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(document, dict) and isinstance(document.get("Statement"), list):
        for statement in _STATEMENTS:
            yield f"added {statement}", {**document, "Statement": [*document["Statement"], statement]}
    for where, what, changed in variants(document):
        yield f"{where} {what}", changed


def with_statements(document: Any, donor: Any) -> Any:
    """A policy document and the statements of another, as text where it can be; None if either is no document."""
    own, more = (_parsed(text) if isinstance(text, str) else text for text in (document, donor))
    if not isinstance(own, dict) or not isinstance(more, dict) or "Statement" not in own or "Statement" not in more:
        return None
    listed = [item if isinstance(item, list) else [item] for item in (own["Statement"], more["Statement"])]
    merged: dict[str, Any] = {**own, "Statement": [*listed[0], *listed[1]]}
    try:
        return json.dumps(merged)
    except TypeError:  # one of them is given as an object that holds an unknown
        return merged


def additions(cls: type, value: Mapping[str, Any], path: Path = ()) -> Iterator[Variant]:
    """A foreign resource named in each text property that the type has and `value` has not."""
    for name, annotation in _types.input_type_types(cls).items():
        inner, here, listed = nested(annotation), (*path, name), "Sequence" in str(annotation)
        if inner and len(path) < 3:
            present = value.get(name)
            first = present[0] if isinstance(present, list) and present else present
            own = first if isinstance(first, dict) else {}
            for where, what, changed in additions(inner, own, here):
                yield where, what, {**value, name: [changed] if listed else changed}
        elif not inner and name not in value and "str" in str(annotation):
            yield here, "added", {**value, name: [FOREIGN] if listed else FOREIGN}


def at(value: Any, path: Path, new: Any) -> Any:
    """`value` with `new` at `path`, as far down as the path leads through objects and lists."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {**value, head: at(value.get(str(head)), rest, new)}
    if isinstance(value, list) and isinstance(head, int) and head < len(value):
        return [*value[:head], at(value[head], rest, new), *value[head + 1 :]]
    return new
