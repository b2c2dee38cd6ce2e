"""I18: a resource that a service may use is closed to the service's other customers."""

from guard.control import Env, Severity, resource_control
from guard.deputies import check_deputies
from guard.documents import Kind, types_with
from guard.iam import check_statements
from guard.node import Findings
from guard.params import strings
from guard.resource import Resource


@resource_control(
    id="I18",
    title="Resource policies for services name the account or resource they act for",
    severity=Severity.MEDIUM,
    types=types_with(Kind.RESOURCE, Kind.KEY),
    params=(strings("without", "Services that send neither aws:SourceAccount nor aws:SourceArn."),),
    why="A service acts for all its customers: without a source condition another customer can make it write here or use the key.",
    fix="add a condition on aws:SourceAccount or aws:SourceArn.",
)
def resource_policy_stops_confused_deputies(holder: Resource, *, env: Env) -> Findings:
    """One finding for each service of a statement without such a condition."""
    without = frozenset(env.texts("without"))
    return check_statements(holder, lambda statement, _: check_deputies(statement, without), Kind.RESOURCE, Kind.KEY)
