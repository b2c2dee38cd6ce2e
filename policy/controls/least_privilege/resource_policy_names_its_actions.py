"""I21: resource policies spell out what they allow."""

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, is_wild
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I21",
    title="Resource policies spell their actions out",
    severity=Severity.MEDIUM,
    types=types_with(Kind.RESOURCE),
    why="A wildcard lets a guest of the resource change its policy, share it and delete it.",
    fix="name the actions that the principal needs.",
)
def resource_policy_names_its_actions(holder: Resource) -> Findings:
    """One finding for each wildcard."""
    return check_statements(holder, lambda statement, _: check_each(statement.each("Action"), _check_action), Kind.RESOURCE)


def _check_action(action: Node) -> Findings:
    if is_wild(action.text()):
        yield action.fail("The action holds a wildcard")
