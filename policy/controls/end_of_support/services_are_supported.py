"""D1: nothing is built on a service that has ended."""

from controls.end_of_support._registry import Product, check_ended
from controls.end_of_support._services import TYPES, service
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D1",
    title="Services are supported",
    severity=Severity.CRITICAL,
    types=TYPES,
    why="After the end of a service its API, its console and the data in it are out of reach.",
    fix="replace the resource; the finding names what by.",
)
def services_are_supported(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry."""
    return check_ended(service(resource), Product.SERVICE, env)
