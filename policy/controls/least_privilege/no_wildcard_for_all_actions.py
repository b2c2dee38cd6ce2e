"""I1.2: no policy allows every action, not even on one resource."""

from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, check_statements
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I1.2",
    title="No policy allows every action",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_63",),
    types=IDENTITY_POLICY_TYPES,
    why="A policy that names no action grants whatever AWS adds to the service tomorrow, deletion and sharing included.",
    fix="name the actions that the identity needs.",
)
def no_wildcard_for_all_actions(policy: Resource) -> Findings:
    """One finding for each `*` among the actions."""
    return check_statements(policy, lambda statement, _: check_each(statement.each("Action"), _check_action), Kind.IDENTITY)


def _check_action(action: Node) -> Findings:
    if action.text() in ("*", "*:*"):
        yield action.fail("Every action is allowed")
