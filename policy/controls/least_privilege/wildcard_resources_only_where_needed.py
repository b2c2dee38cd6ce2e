"""I16: `*` stands only where AWS takes nothing narrower."""

from guard.actions import supports_resources
from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, check_statements, conditions, texts
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I16",
    title="Actions that know single resources are not allowed on all",
    severity=Severity.MEDIUM,
    types=IDENTITY_POLICY_TYPES,
    why="An action on * reaches every resource of the account, those of other workloads and of tomorrow included.",
    fix="name the resources, or narrow the statement by a condition on a resource tag.",
)
def wildcard_resources_only_where_needed(policy: Resource) -> Findings:
    """One finding for each action that AWS's Service Authorization Reference lists with a resource type."""
    return check_statements(policy, _check_statement, Kind.IDENTITY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if "*" not in texts(statement, "Resource") or _picks_resources(statement):
        return
    yield from check_each(statement.each("Action"), _check_action)


def _check_action(action: Node) -> Findings:
    if supports_resources(action.text()):
        yield action.fail("The action is allowed on every resource, though it knows single ones")


def _picks_resources(statement: Node) -> bool:
    return any("resourcetag/" in key or key == "kms:resourcealiases" for key in conditions(statement))
