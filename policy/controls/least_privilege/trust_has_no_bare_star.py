"""I2.3: no role is open to every kind of caller."""

from guard.control import Severity, resource_control
from guard.documents import ROLE, Kind
from guard.iam import check_statements
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I2.3",
    title="Roles are not open to every kind of caller",
    severity=Severity.CRITICAL,
    types=(ROLE,),
    why="A bare * is every principal of every kind: any AWS account in the world, and whatever else may ask for a role.",
    fix="name the accounts, roles or services that assume the role.",
)
def trust_has_no_bare_star(role: Resource) -> Findings:
    """A condition does not help: the principal itself has to be named. `*` under `AWS` is I2's."""
    return check_statements(role, lambda statement, _: check_each(statement.each("Principal"), _check_principal), Kind.TRUST)


def _check_principal(principal: Node) -> Findings:
    if principal.value == "*":
        yield principal.fail("Anybody may assume the role")
