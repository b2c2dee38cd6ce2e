"""I1.4: policies spell their actions out."""

from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, check_statements, is_wild
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I1.4",
    title="Policies spell their actions out",
    severity=Severity.LOW,
    types=IDENTITY_POLICY_TYPES,
    why="What s3:Get* or iam:List* grants grows with every release of AWS, and no review sees it grow.",
    fix="replace the wildcard by the actions that the identity calls.",
)
def no_partial_action_wildcards(policy: Resource) -> Findings:
    """One finding for each wildcard inside an action's name; whole services are I1.3, everything is I1.2."""
    return check_statements(policy, lambda statement, _: check_each(statement.each("Action"), _check_action), Kind.IDENTITY)


def _check_action(action: Node) -> Findings:
    name = action.text().partition(":")[2]
    if is_wild(name) and name.strip("*"):
        yield action.fail("The action's name holds a wildcard")
