"""D1.2: nothing is built on a service that is about to end."""

from controls.end_of_support._registry import WARN, Product, check_ending
from controls.end_of_support._services import TYPES, service
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D1.2",
    title="Services stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=TYPES,
    params=(WARN,),
    why="A move that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="plan the move; the finding names what to.",
)
def services_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on D1 blocks."""
    return check_ending(service(resource), Product.SERVICE, env)
