"""I1.3: no policy allows every action of a service."""

from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, check_statements
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I1.3",
    title="No policy allows every action of a service",
    severity=Severity.MEDIUM,
    fsbp=("IAM.21",),
    types=IDENTITY_POLICY_TYPES,
    why="A service's own wildcard holds the actions that delete, share and grant; a reader of data needs none of them.",
    fix="name the actions of the service that the identity needs.",
)
def no_service_wildcards(policy: Resource) -> Findings:
    """One finding for each such as `s3:*`, so that an exemption stays narrow."""
    return check_statements(policy, lambda statement, _: check_each(statement.each("Action"), _check_action), Kind.IDENTITY)


def _check_action(action: Node) -> Findings:
    service, _, name = action.text().partition(":")
    if service != "*" and name and not name.strip("*"):
        yield action.fail("Every action of the service is allowed")
