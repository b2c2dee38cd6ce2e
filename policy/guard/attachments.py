"""Managed policies, and where resources attach them."""

from collections.abc import Iterator
from typing import Final

from guard.documents import ROLE
from guard.node import Node
from guard.resource import Resource

_PLACES: Final = {
    ROLE: "managedPolicyArns",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": "managedPolicyArns",
}
ATTACHMENT_TYPES: Final = tuple(_PLACES)
"""Types that attach managed policies to somebody."""


def managed_policies(holder: Resource) -> Iterator[Node]:
    """The ARNs that the resource attaches; unknown ones are among them."""
    return holder.each(_PLACES[holder.type])
