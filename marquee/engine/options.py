"""Options of a resource that name properties or times. The real engine refuses some wrong ones, and passes the others in silence."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from marquee.engine import sdk
from marquee.engine.hints import ANYTHING, ListOf, MapOf, ObjectOf, Shape, shape_of

_DURATION: Final = re.compile(r"(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h))+")
"""Source: Go's time.ParseDuration, without the sign that no timeout has."""
_STEP: Final = re.compile(r"""\.?(?P<name>[^.\["\]]+)|\["(?P<key>(?:[^"\\]|\\.)+)"\]|\[(?P<index>[0-9]+|\*)\]""")
"""Source: Pulumi's documentation of ignoreChanges, "Property paths"."""


def option_problems(request: Any) -> list[str]:
    """What is wrong with the options of a RegisterResourceRequest; names are only known for types of an installed SDK."""
    inputs, outputs = _declared(request.type)
    problems = [
        *_wrong_paths("ignoreChanges", request.ignoreChanges, {**outputs, **inputs}),
        *_wrong_paths("replaceOnChanges", request.replaceOnChanges, {**outputs, **inputs}),
        *_wrong_paths("additionalSecretOutputs", request.additionalSecretOutputs, outputs),
    ]
    timeouts = request.customTimeouts
    given = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    return problems + [
        f"customTimeouts.{name}: {time!r} is no duration such as 30m or 1h30m"
        for name, time in given.items()
        if time and not _DURATION.fullmatch(time)
    ]


def _declared(token: str) -> tuple[Mapping[str, Shape], Mapping[str, Shape]]:
    """Inputs and outputs by wire name; none for a type that no installed SDK knows."""
    args = sdk.args_class(token)
    inputs = {name: shape_of(hint) for name, hint in sdk.input_types(args).items()} if args else {}
    return inputs, {name: shape_of(hint) for name, hint in sdk.output_types(token).items()}


def _wrong_paths(option: str, paths: list[str], declared: Mapping[str, Shape]) -> Iterator[str]:
    for path in paths:
        steps = _steps(path)
        if steps is None:
            yield f"{option}: {path!r} is no property path"
        elif declared and steps[0] != "*" and not _leads_somewhere(steps, declared):
            yield f"{option}: {path!r} names no property, so that it has no effect; write the wire's names, as in tagsAll"


def _steps(path: str) -> list[str] | None:
    """`a.b[0]` as its steps; None for what is no path."""
    found: list[str] = []
    place = 0
    while place < len(path):
        match = _STEP.match(path, place)
        if match is None:
            return None
        found.append(match["name"] or match["key"] or match["index"])
        place = match.end()
    return found or None


def _leads_somewhere(steps: list[str], declared: Mapping[str, Shape]) -> bool:
    """Whether the steps lead from one of the declared names to a property."""
    shape = declared.get(steps[0])
    for step in steps[1:]:
        match shape:
            case ObjectOf():
                fields = sdk.result_types(shape.cls) if sdk.is_output(shape.cls) else sdk.input_types(shape.cls)
                shape = ANYTHING if step == "*" else shape_of(fields[step]) if step in fields else None
            case ListOf() | MapOf():
                shape = shape.item
            case _:  # anything, one of several, or a text, in which nothing lies
                return shape is not None
    return shape is not None
