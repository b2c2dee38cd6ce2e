"""D3.2: search engines have support left."""

from controls.end_of_support._engines import SEARCH, search
from controls.end_of_support._registry import WARN, check_ending
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D3.2",
    title="Search engines stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=SEARCH,
    params=(WARN,),
    why="An upgrade that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="move engineVersion to a supported version.",
)
def search_domains_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on D3 blocks."""
    version, product = search(resource)
    return check_ending(version, product, env)
