"""I2: no role lets everybody assume it."""

from guard.control import Severity, resource_control
from guard.documents import ROLE, Kind
from guard.iam import check_statements
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I2",
    title="Roles name who may assume them",
    severity=Severity.CRITICAL,
    checkov=("CKV_AWS_60",),
    types=(ROLE,),
    why="A role that trusts * can be assumed from any AWS account in the world; a condition that is got wrong leaves it open.",
    fix="name the accounts, roles or services that assume the role.",
)
def trust_names_its_principals(role: Resource) -> Findings:
    """A condition does not help: the principal itself has to be named. A bare `*` is I2.3's."""
    return check_statements(role, lambda statement, _: check_each(statement.at("Principal").each("AWS"), _check_principal), Kind.TRUST)


def _check_principal(principal: Node) -> Findings:
    if principal.text() == "*":
        yield principal.fail("Anybody may assume the role")
