"""Permissions boundaries: managed policies that cap what roles may do, and grant nothing."""

from guard.documents import ROLE
from guard.resource import Resource, Stack

_MANAGED = "aws:iam/policy:Policy"
_USERS = "aws:iam/user:User"


def is_boundary(policy: Resource, stack: Stack) -> bool:
    """Whether a managed policy of the stack is the boundary of a role or user. One that is attached as well counts as attached.

    Raises `Deferred` if an identity's boundary is not known yet and may be this policy.
    """
    if policy.type != _MANAGED or not stack.attached(policy, (ROLE, _USERS), "permissionsBoundary", identity="arn"):
        return False
    attachments = ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment")
    return not stack.attached(policy, attachments, "policyArn", identity="arn")
