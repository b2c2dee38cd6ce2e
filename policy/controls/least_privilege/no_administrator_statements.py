"""I1: no policy allows every action on every resource."""

from guard.control import Severity, resource_control
from guard.iam import IDENTITY_POLICY_TYPES, actions, allows, identity_documents, statements, texts
from guard.node import Findings, Node, all_of, check_each
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
    return check_each(identity_documents(policy), _check_document)


def _check_document(document: Node) -> Findings:
    return check_each(statements(document), _check_statement)


def _check_statement(statement: Node) -> Findings:
    if all_of(
        lambda: allows(statement),
        lambda: bool({"*", "*:*"} & set(actions(statement))),
        lambda: "*" in texts(statement, "Resource"),
    ):
        yield statement.fail("The statement allows every action on every resource")
