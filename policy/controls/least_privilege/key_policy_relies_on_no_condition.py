"""I6.3: no key policy lets everybody in and leaves the rest to a condition."""

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, principals
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I6.3",
    title="Key policies name their principals, whatever their conditions",
    severity=Severity.HIGH,
    types=types_with(Kind.KEY),
    why="A condition that is got wrong, or that a caller can fulfil, leaves the key open to the world.",
    fix="name the account, roles or services in Principal, and keep the condition.",
)
def key_policy_relies_on_no_condition(key: Resource) -> Findings:
    """One finding for each `*` principal behind a condition; without one see I6."""
    return check_statements(key, _check_statement, Kind.KEY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if statement.at("Condition").present():
        yield from check_each(principals(statement, "AWS"), _check_principal)


def _check_principal(principal: Node) -> Findings:
    if principal.text() == "*":
        yield principal.fail("Only a condition keeps the world from the key")
