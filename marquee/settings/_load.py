"""From what Pulumi hands over to `Settings`, or to every problem at once."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic import ValidationError

from marquee.settings._platform import Platform, Settings
from marquee.settings._problem import Problem, SettingsError, shown
from marquee.settings._rules import broken
from marquee.settings._section import Profile, profile_defaults
from marquee.settings._translate import near, problems_of


def load(raw: Mapping[str, Any], stack: str) -> Settings:
    """The settings of `stack` from the object `marquee:platform`, with the profile's defaults under it.

    Raises SettingsError with every problem that can be told at once: those of single fields first, and only when there are
    none those between fields.
    """
    if not isinstance(raw, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]  # Pulumi hands over whatever the file holds
        raise SettingsError(stack, [Problem("", shown(raw), "is not a mapping", "write the sections below marquee:platform, indented")])
    merged = with_defaults(raw)
    try:
        settings = Settings.model_validate({**merged, "stack": stack})
    except ValidationError as error:
        problems = problems_of(error, {**merged, "stack": stack}, Settings)
        raise SettingsError(stack, [*_stack_key(raw), *problems]) from None
    if problems := [*_stack_key(raw), *broken(settings, raw)]:
        raise SettingsError(stack, problems)
    return settings


def with_defaults(raw: Mapping[str, Any]) -> dict[str, Any]:
    """`raw` over its profile's defaults; an unknown profile, which validation will refuse, gets those of starter."""
    profile: Profile = raw["profile"] if raw.get("profile") in get_args(Profile) else "starter"
    return _merge(profile_defaults(Platform, profile), raw)


def _merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**under, **over}
    for key in under.keys() & over.keys():
        if isinstance(under[key], Mapping) and isinstance(over[key], Mapping):
            merged[key] = _merge(cast("Mapping[str, Any]", under[key]), cast("Mapping[str, Any]", over[key]))
    return merged


def _stack_key(raw: Mapping[str, Any]) -> list[Problem]:
    """The stack's name is Pulumi's to say; without this a key `stack` would pass, being a field of `Settings`."""
    if "stack" not in raw:
        return []
    return [Problem("stack", shown(raw["stack"]), "is no setting", near("stack", list(Platform.model_fields)))]
