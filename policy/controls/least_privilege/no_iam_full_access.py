"""I3.2: nobody is given AWS's IAMFullAccess."""

from guard.attachments import ATTACHMENT_TYPES, managed_policies
from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="I3.2",
    title="IAMFullAccess is attached to nobody",
    severity=Severity.HIGH,
    checkov=("CKV2_AWS_56",),
    types=ATTACHMENT_TYPES,
    why="Who may change IAM may give themselves everything else.",
    fix="attach a policy that names the IAM actions and the roles that the identity manages.",
)
def no_iam_full_access(holder: Resource) -> Findings:
    """Roles, users, groups and permission sets alike."""
    return check_each(managed_policies(holder), _check_policy)


def _check_policy(policy: Node) -> Findings:
    if "IAMFullAccess" in policy.text():
        yield policy.fail("AWS's IAMFullAccess is attached")
