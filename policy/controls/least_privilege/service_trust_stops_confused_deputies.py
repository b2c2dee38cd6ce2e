"""I2.2: a role that a service assumes is closed to the service's other customers."""

from guard.control import Env, Severity, resource_control
from guard.deputies import check_deputies
from guard.documents import ROLE, Kind
from guard.iam import check_statements
from guard.node import Findings
from guard.params import strings
from guard.resource import Resource


@resource_control(
    id="I2.2",
    title="Trust in a service names the account or resource it acts for",
    severity=Severity.MEDIUM,
    types=(ROLE,),
    params=(
        strings(
            "without",
            "Services that send neither aws:SourceAccount nor aws:SourceArn.",
            "apigateway.amazonaws.com",
            "ec2.amazonaws.com",
            "edgelambda.amazonaws.com",
        ),
    ),
    why="A service acts for all its customers: without a source condition another customer can make it assume the role (confused deputy).",
    fix="add a condition on aws:SourceAccount, and on aws:SourceArn where it is known.",
)
def service_trust_stops_confused_deputies(role: Resource, *, env: Env) -> Findings:
    """One finding for each service of a statement without such a condition."""
    without = frozenset(env.texts("without"))
    return check_statements(role, lambda statement, _: check_deputies(statement, without), Kind.TRUST)
