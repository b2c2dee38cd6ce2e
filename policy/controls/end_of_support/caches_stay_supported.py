"""D5.2: cache engines have support left."""

from controls.end_of_support._engines import CACHES, cache
from controls.end_of_support._registry import WARN, check_ending
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D5.2",
    title="Cache engines stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=CACHES,
    params=(WARN,),
    why="An upgrade that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="move engineVersion to a supported version, or the engine to Valkey.",
)
def caches_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on D5 blocks."""
    version, product = cache(resource)
    return check_ending(version, product, env)
