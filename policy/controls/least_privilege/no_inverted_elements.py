"""I17: no statement allows by saying what it does not allow."""

from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import POLICY_TYPES, check_statements
from guard.node import Findings, Node
from guard.resource import Resource


@resource_control(
    id="I17",
    title="No statement allows by exclusion",
    severity=Severity.HIGH,
    types=POLICY_TYPES,
    why="Allow with NotAction, NotResource or NotPrincipal grants everything else that exists, now and in future.",
    fix="say what is allowed with Action, Resource and Principal; keep the Not… elements for Deny.",
)
def no_inverted_elements(holder: Resource) -> Findings:
    """One finding for each such element."""
    return check_statements(holder, _check_statement)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    for element in ("NotAction", "NotResource", "NotPrincipal"):
        if not statement.at(element).is_absent and not statement.is_unreadable:
            yield statement.at(element).fail(f"Allow goes with {element}")
