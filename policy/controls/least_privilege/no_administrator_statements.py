"""I1: no policy allows every action on every resource."""

from guard.control import Severity, resource_control
from guard.documents import Kind
from guard.iam import IDENTITY_POLICY_TYPES, actions, check_statements, texts
from guard.node import Findings, Node, all_of
from guard.resource import Resource


@resource_control(
    id="I1",
    title="No policy allows every action on every resource",
    severity=Severity.HIGH,
    fsbp=("IAM.1",),
    cis=("1.16",),
    checkov=("CKV_AWS_62",),
    types=IDENTITY_POLICY_TYPES,
    why="Whoever gets hold of such an identity owns the account.",
    fix="name the actions and the resources that the identity needs.",
)
def no_administrator_statements(policy: Resource) -> Findings:
    """One finding for each statement."""
    return check_statements(policy, _check_statement, Kind.IDENTITY)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    if all_of(
        lambda: bool({"*", "*:*"} & set(actions(statement))),
        lambda: "*" in texts(statement, "Resource"),
    ):
        yield statement.fail("The statement allows every action on every resource")
