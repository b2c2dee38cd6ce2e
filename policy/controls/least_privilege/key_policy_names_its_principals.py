"""I6: no key policy lets everybody in."""

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, principals
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I6",
    title="Key policies name who may use the key",
    severity=Severity.CRITICAL,
    fsbp=("KMS.5",),
    checkov=("CKV_AWS_33",),
    types=types_with(Kind.KEY),
    why="A key that anybody may use protects nothing, and others can run up its bill or delete it.",
    fix="name the account, roles or services that use the key.",
)
def key_policy_names_its_principals(key: Resource) -> Findings:
    """One finding for each `*` principal that nothing narrows; behind a condition see I6.3."""
    return check_statements(key, _check_statement, Kind.KEY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if not statement.at("Condition").present():
        yield from check_each(principals(statement, "AWS"), _check_principal)


def _check_principal(principal: Node) -> Findings:
    if principal.text() == "*":
        yield principal.fail("Anybody is a principal of the key")
