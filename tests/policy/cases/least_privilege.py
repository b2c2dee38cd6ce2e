"""I: least privilege."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

ADMIN = {"Effect": "Allow", "Action": "*", "Resource": "*"}
NARROW = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::b/*"}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _policy(*statements: dict[str, Any], type_: str = "aws:iam/policy:Policy") -> Item:
    key = "inlinePolicy" if "ssoadmin" in type_ else "policy"
    return Item(type_, {key: _document(*statements)})


CASES = (
    passes("I1", "narrow", _policy(NARROW)),
    passes("I1", "denied", _policy({**ADMIN, "Effect": "Deny"})),
    passes("I1", "every action on one resource", _policy({**ADMIN, "Resource": "arn:aws:s3:::b"})),
    passes("I1", "one service everywhere", _policy({**ADMIN, "Action": "s3:*"})),
    fails("I1", "administrator", _policy(ADMIN), at="policy.Statement[0]"),
    fails("I1", "in a list, second", _policy(NARROW, {**ADMIN, "Action": ["s3:Get*", "*"], "Resource": ["*"]}), at="policy.Statement[1]"),
    fails("I1", "of a role", _policy(ADMIN, type_="aws:iam/rolePolicy:RolePolicy")),
    fails("I1", "of a user", _policy(ADMIN, type_="aws:iam/userPolicy:UserPolicy")),
    fails("I1", "of a group", _policy(ADMIN, type_="aws:iam/groupPolicy:GroupPolicy")),
    fails("I1", "of a permission set", _policy(ADMIN, type_="aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy")),
    fails(
        "I1",
        "inside a role, beside an unknown one",
        Item("aws:iam/role:Role", {"inlinePolicies": [{"name": "a", "policy": UNKNOWN}, {"name": "b", "policy": _document(ADMIN)}]}),
        at="inlinePolicies[1].policy.Statement[0]",
    ),
    not_applicable("I1", "another type", Item("aws:s3/bucket:Bucket", {})),
    unknown("I1", "one ARN makes the text unknown", Item("aws:iam/policy:Policy", {"policy": UNKNOWN}), at="policy"),
)
