"""Policy documents and the resources that carry them, for the cases of every family."""

import json
from typing import Any

from tests.policy.case import Item

ACCOUNT = "111122223333"
POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
PERMISSION_SET = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy"
KEY = "aws:kms/key:Key"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"
BUCKET = Item("aws:s3/bucket:Bucket", {})
"""A resource that carries no policy unless it is given one."""
TABLE = Item("aws:dynamodb/table:Table", {"hashKey": "id", "attributes": [{"name": "id", "type": "S"}]})
"""A resource that carries no policy at all."""


def document(*statements: Any) -> str:
    """A policy document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: Any, resource: Any = "arn:aws:s3:::b/*", **more: Any) -> dict[str, Any]:
    """A statement of an identity policy."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: Any, type_: str = POLICY, name: str = "subject") -> Item:
    """An identity policy."""
    more = {ROLE_POLICY: {"role": "r"}, PERMISSION_SET: {"instanceArn": "arn:aws:sso:::instance/i", "permissionSetArn": "arn:aws:sso:::p"}}
    key = "inlinePolicy" if type_ == PERMISSION_SET else "policy"
    return Item(type_, {key: document(*statements), **more.get(type_, {})}, name)


def trust(principal: Any, action: str = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    """A statement of a role's trust."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


def role(*statements: Any, **props: Any) -> Item:
    """A role by its trust."""
    return Item(ROLE, {"assumeRolePolicy": document(*statements or (trust({"Service": "ec2.amazonaws.com"}),)), **props})


def grant(principal: Any, action: Any = "sqs:SendMessage", **more: Any) -> dict[str, Any]:
    """A statement of a resource's policy."""
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


def queue(*statements: Any) -> Item:
    """A queue's policy."""
    return Item(QUEUE_POLICY, {"queueUrl": "https://sqs.eu-west-1.amazonaws.com/1/q", "policy": document(*statements)})


def key(*statements: Any, type_: str = KEY) -> Item:
    """A KMS key, or what carries the policy of one."""
    more = {"keyId": "k"} if type_.endswith("KeyPolicy") else {"primaryKeyArn": "arn:k"} if "replica" in type_ else {}
    return Item(type_, {"policy": document(*statements), **more})
