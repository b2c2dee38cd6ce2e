"""D2.2: database engines have support left."""

from controls.end_of_support._engines import DATABASES, database
from controls.end_of_support._registry import WARN, check_ending
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D2.2",
    title="Database engines stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=DATABASES,
    params=(WARN,),
    why="An upgrade that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="move engineVersion to a supported major version.",
)
def databases_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on D2 blocks."""
    version, product = database(resource)
    return check_ending(version, product, env)
