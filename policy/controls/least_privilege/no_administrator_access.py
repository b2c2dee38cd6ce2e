"""I3: nobody is given AWS's AdministratorAccess."""

from guard.attachments import ATTACHMENT_TYPES, managed_policies
from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I3",
    title="AdministratorAccess is attached to nobody",
    severity=Severity.CRITICAL,
    checkov=("CKV_AWS_274",),
    types=ATTACHMENT_TYPES,
    why="Whoever gets hold of such an identity owns the account.",
    fix="attach a policy that names the actions and the resources that the identity needs.",
)
def no_administrator_access(holder: Resource) -> Findings:
    """Roles, users, groups and permission sets alike."""
    return check_each(managed_policies(holder), _check_policy)


def _check_policy(policy: Node) -> Findings:
    if policy.text().endswith(":iam::aws:policy/AdministratorAccess"):
        yield policy.fail("AWS's AdministratorAccess is attached")
