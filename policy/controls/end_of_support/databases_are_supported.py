"""D2: database engines are ones that AWS still supports."""

from controls.end_of_support._engines import DATABASES, database
from controls.end_of_support._registry import check_ended
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D2",
    title="Database engines are supported",
    severity=Severity.HIGH,
    types=DATABASES,
    why="Past standard support an engine gets few fixes, costs extended support by the hour, and is upgraded when AWS says so.",
    fix="move engineVersion to a supported major version.",
)
def databases_are_supported(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry; versions that it does not know pass."""
    version, product = database(resource)
    return check_ended(version, product, env)
