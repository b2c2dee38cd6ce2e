"""I4: policies are attached to groups and roles, not to users."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource

_HOLDERS = {
    "aws:iam/userPolicy:UserPolicy": "",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "",
    "aws:iam/policyAttachment:PolicyAttachment": "users",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": "policyNames",
}
"""Type → the list that says whether it concerns a user; empty where it always does."""


@resource_control(
    id="I4",
    title="Policies are attached to groups and roles, not to users",
    severity=Severity.MEDIUM,
    fsbp=("IAM.2",),
    cis=("1.15",),
    checkov=("CKV_AWS_40",),
    types=tuple(_HOLDERS),
    why="Rights that hang on single users are neither seen nor taken away when somebody changes jobs.",
    fix="attach the policy to a role that is assumed, or to a group.",
)
def policies_not_on_users(attachment: Resource) -> Findings:
    """An exclusive list that is empty attaches nothing."""
    listed = _HOLDERS[attachment.type]
    if not listed:
        yield attachment.at("user").fail("A policy is attached to a user")
    elif attachment.at(listed).present():
        yield attachment.at(listed).fail("Policies are attached to users")
