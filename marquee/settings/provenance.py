"""Every effective setting of a stack, and whether the stack file, the profile or the program says it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple, cast

from marquee.settings._platform import Platform, Settings
from marquee.settings._problem import Place, dotted
from marquee.settings._section import profile_defaults

Origin = Literal["stack file", "profile", "default"]


class Effective(NamedTuple):
    """One setting as the program sees it."""

    path: str
    value: Any
    """As JSON says it."""
    origin: Origin


def effective(settings: Settings, raw: Mapping[str, Any]) -> list[Effective]:
    """All settings in the order of the sections; `raw` is the `marquee:platform` that they were loaded from."""
    profile = profile_defaults(Platform, settings.profile)
    return [
        Effective(dotted(place), value, "stack file" if _says(raw, place) else "profile" if _says(profile, place) else "default")
        for place, value in _leaves(settings.model_dump(mode="json", exclude={"stack"}), ())
    ]


def _leaves(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """Values that are no mapping and no list of mappings; an empty one is a leaf."""
    steps: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        steps = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        items = cast("list[Any]", value)
        steps = list(enumerate(items)) if any(isinstance(item, dict) for item in items) else []
    if not steps:
        yield place, value
    for step, inner in steps:
        yield from _leaves(inner, (*place, step))


def _says(raw: Any, place: Place) -> bool:
    for step in place:
        if isinstance(raw, Mapping) and step in raw:
            raw = cast("Mapping[Any, Any]", raw)[step]
        elif isinstance(raw, list) and isinstance(step, int):
            raw = cast("list[Any]", raw)[step]
        else:
            return False
    return True
