"""What a stack's settings say of its regions, and of whether its data must outlive it."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from guard.control import Env
from guard.node import Node, NotApplicable
from guard.resource import Resource
from guard.values import as_list, as_object


def stack_regions(env: Env) -> tuple[str, ...]:
    """Names of the stack's regions: the parameter `regions` of a control that has one, else the stack file's. May be empty."""
    given = env.texts("regions")
    if given:
        return tuple(given)
    listed = [as_object(region) or {} for region in as_list(env.settings.get("regions")) or []]
    return tuple(name for region in listed if isinstance(name := region.get("name"), str))


def standby_regions(env: Env) -> tuple[str, ...]:
    """Those of the stack file's regions that serve nobody until a failover. The parameter `regions` knows no roles."""
    listed = [as_object(region) or {} for region in as_list(env.settings.get("regions")) or []]
    waiting = [region.get("name") for region in listed if region.get("role") == "standby"]
    return () if env.texts("regions") else tuple(name for name in waiting if isinstance(name, str))


def require_several_regions(env: Env) -> tuple[str, ...]:
    """As `stack_regions`; raises `NotApplicable` unless there are at least two."""
    regions = stack_regions(env)
    if len(regions) < 2:
        raise NotApplicable("the stack has not several regions")
    return regions


def keeps_data(env: Env) -> bool:
    """Whether data must outlive the stack: `resilience.keep_data`, else unless the profile is `starter`. True without settings."""
    explicit = (as_object(env.settings.get("resilience")) or {}).get("keep_data")
    return explicit if isinstance(explicit, bool) else env.settings.get("profile") != "starter"


def require_kept_data(env: Env) -> None:
    """Raises `NotApplicable` for a stack whose data goes with it."""
    if not keeps_data(env):
        raise NotApplicable("the stack's data goes with it")


def may_be_small(env: Env) -> bool:
    """Whether the stack says of itself that it is no production: profile `starter`."""
    return env.settings.get("profile") == "starter"


def whole(env: Env, param: str) -> int:
    """A parameter that is a whole number; 0 if the config holds anything else."""
    return int(Node(env.params.get(param)).number() or 0)


def must_stay(resource: Resource, env: Env, param: str = "resident") -> bool:
    """Whether the resource's name says that it holds personal data, by the patterns in a parameter."""
    return any(fnmatchcase(resource.name, pattern) for pattern in env.texts(param))


def residency(env: Env) -> tuple[str, ...]:
    """Regions that may hold personal data, from `security.residency`; empty if the stack does not say."""
    listed = as_list((as_object(env.settings.get("security")) or {}).get("residency")) or []
    return tuple(name for name in listed if isinstance(name, str))


def missing_from(wanted: Sequence[str], present: Sequence[Node]) -> list[str]:
    """Those of `wanted` that no node names. Raises `Deferred` if some are missing and one node cannot be read."""
    names = [None if node.is_unreadable else node.text() for node in present]
    missing = [name for name in wanted if name not in names]
    if missing and None in names:
        raise next(node for node in present if node.is_unreadable).unread()
    return missing
