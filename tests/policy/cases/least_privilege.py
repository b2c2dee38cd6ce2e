"""I: what identities may do."""

from typing import Any

from tests.policy.case import UNKNOWN, Case, Item, fails, not_applicable, passes, secret, unknown
from tests.policy.cases._policies import (
    ACCOUNT,
    PERMISSION_SET,
    POLICY,
    ROLE,
    ROLE_POLICY,
    TABLE,
    allow,
    document,
    grant,
    key,
    policy,
    queue,
    role,
    trust,
)

ADMIN = allow("*", "*")
NARROW = allow(["s3:GetObject"])
IN_THE_ORGANISATION = {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o/*"}}
UNKNOWN_TEXT = Item(POLICY, {"policy": UNKNOWN})
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"


def _others(control: str) -> tuple[Case, ...]:
    """What holds of every control over identity policies."""
    return (
        not_applicable(control, "another type", TABLE),
        unknown(control, "one ARN makes the text unknown", UNKNOWN_TEXT, at="policy"),
        passes(control, "narrow", policy(NARROW)),
        passes(control, "no JSON", Item(POLICY, {"policy": "{"})),
    )


def _subject(*statements: Any, **props: Any) -> Item:
    """A role with an inline policy."""
    return role(inlinePolicies=[{"name": "p", "policy": document(*statements)}], **props)


def _attached(*statements: Any, arn: Any = UNKNOWN) -> tuple[Item, Item]:
    """A managed policy, and its attachment to the subject."""
    attachment = Item(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": UNKNOWN, "policyArn": arn},
        "attachment",
        {"role": ["subject"], "policyArn": ["managed"]},
    )
    return policy(*statements, name="managed"), attachment


ADMINISTRATORS = (
    *_others("I1"),
    passes("I1", "denied", policy({**ADMIN, "Effect": "Deny"})),
    passes("I1", "every action on one resource", policy(allow("*", "arn:aws:s3:::b"))),
    passes("I1", "one service everywhere", policy(allow("s3:*", "*"))),
    fails("I1", "administrator", policy(ADMIN), at="policy.Statement[0]"),
    fails("I1", "in a list, second", policy(NARROW, allow(["s3:Get*", "*"], ["*"])), at="policy.Statement[1]"),
    fails("I1", "a lone statement", Item(POLICY, {"policy": {"Statement": ADMIN}})),
    fails("I1", "of a role", policy(ADMIN, type_=ROLE_POLICY)),
    fails("I1", "of a user", Item("aws:iam/userPolicy:UserPolicy", {"user": "u", "policy": document(ADMIN)})),
    fails("I1", "of a group", Item("aws:iam/groupPolicy:GroupPolicy", {"group": "g", "policy": document(ADMIN)})),
    fails("I1", "of a permission set", policy(ADMIN, type_=PERMISSION_SET)),
    fails(
        "I1",
        "inside a role, beside an unknown one",
        role(inlinePolicies=[{"name": "a", "policy": UNKNOWN}, {"name": "b", "policy": document(ADMIN)}]),
        at="inlinePolicies[1].policy.Statement[0]",
    ),
    unknown("I1", "secret", Item(POLICY, {"policy": secret(document(ADMIN))}), at="policy is secret"),
)
WILDCARDS = (
    *_others("I1.2"),
    passes("I1.2", "a service's", policy(allow("s3:*"))),
    passes("I1.2", "denied", policy({**ADMIN, "Effect": "Deny"})),
    fails("I1.2", "on one resource", policy(allow("*")), at="Statement[0].Action"),
    fails("I1.2", "in a list", policy(allow(["s3:GetObject", "*"])), at="Action[1]"),
    *_others("I1.3"),
    passes("I1.3", "part of a service", policy(allow("s3:Get*"))),
    fails("I1.3", "a service", policy(allow("s3:*")), at="Action"),
    fails("I1.3", "one finding each", policy(allow(["s3:*", "sqs:*"])), at="Action[1]"),
    *_others("I1.4"),
    passes("I1.4", "a service, which is I1.3", policy(allow("s3:*"))),
    passes("I1.4", "everything, which is I1.2", policy(allow("*"))),
    fails("I1.4", "a prefix", policy(allow("s3:Get*")), at="Action"),
    fails("I1.4", "a question mark", policy(allow(["s3:GetObject", "s3:GetObjec?"])), at="Action[1]"),
    *_others("I16"),
    passes("I16", "an action that knows no resource", policy(allow("ec2:DescribeInstances", "*"))),
    passes("I16", "narrowed by a tag", policy(allow("ec2:StopInstances", "*", Condition={"StringEquals": {"aws:ResourceTag/a": "b"}}))),
    passes("I16", "an action that does not exist, which is I15", policy(allow("s3:Nonsense", "*"))),
    fails("I16", "an action that knows objects", policy(allow("s3:GetObject", "*")), at="Statement[0].Action"),
    fails("I16", "one of two", policy(allow(["ec2:DescribeInstances", "sqs:SendMessage"], "*")), at="Action[1]"),
    fails("I16", "behind a wildcard", policy(allow("sqs:Send*", ["*"])), at="Action"),
    fails("I16", "a condition on the caller", policy(allow("s3:GetObject", "*", Condition={"Bool": {"aws:SecureTransport": "true"}}))),
    *_others("I13"),
    passes("I13", "one key", policy(allow("kms:Decrypt", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"))),
    passes("I13", "encryption alone", policy(allow("kms:Encrypt", "*"))),
    passes("I13", "keys by alias", policy(allow("kms:Decrypt", "*", Condition={"StringEquals": {"kms:ResourceAliases": "alias/a"}}))),
    fails("I13", "every key", policy(allow("kms:Decrypt", "*")), at="Statement[0].Resource"),
    fails("I13", "every key of the account", policy(allow("kms:Decrypt", ["arn:aws:s3:::b", f"arn:aws:kms:*:{ACCOUNT}:key/*"])), at="[1]"),
    fails("I13", "re-encryption", policy(allow("kms:ReEncrypt*", "*"))),
    fails("I13", "every action", policy(allow("*", "*"))),
    not_applicable(
        "I13",
        "a permissions boundary",
        policy(allow("kms:Decrypt", "*")),
        Item(ROLE, {"assumeRolePolicy": "{}", "permissionsBoundary": UNKNOWN}, "role", {"permissionsBoundary": ["subject"]}),
    ),
    fails(
        "I13",
        "a boundary that is attached as well",
        policy(allow("kms:Decrypt", "*")),
        Item(ROLE, {"assumeRolePolicy": "{}", "permissionsBoundary": UNKNOWN}, "role", {"permissionsBoundary": ["subject"]}),
        Item(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            {"role": "r", "policyArn": UNKNOWN},
            "attachment",
            {"policyArn": ["subject"]},
        ),
    ),
)
GRAMMAR = (
    not_applicable("I14", "another type", TABLE),
    unknown("I14", "one ARN makes the text unknown", UNKNOWN_TEXT, at="policy"),
    passes("I14", "narrow", policy(NARROW)),
    passes("I14", "an object", Item(POLICY, {"policy": {"Version": "2012-10-17", "Statement": [NARROW]}})),
    passes("I14", "a trust", role(trust({"Service": ["ec2.amazonaws.com"]}))),
    passes("I14", "a queue's, with a set operator", queue(grant("*", Condition=IN_THE_ORGANISATION))),
    passes("I14", "beside an unknown resource", Item(POLICY, {"policy": {"Statement": [NARROW, allow("s3:GetObject", UNKNOWN)]}})),
    fails("I14", "no JSON", Item(POLICY, {"policy": "{"}), at="policy"),
    fails("I14", "a list", Item(POLICY, {"policy": "[]"})),
    fails("I14", "no statement", Item(POLICY, {"policy": document()})),
    fails("I14", "an unknown element", policy({**NARROW, "Actions": "s3:GetObject"}), at="Statement[0].Actions"),
    fails("I14", "small letters", policy({"effect": "Allow", "action": "s3:GetObject", "resource": "*"}), at="Statement[0].action"),
    fails("I14", "another version", Item(POLICY, {"policy": {"Version": "2012-10-18", "Statement": NARROW}}), at="Version"),
    fails("I14", "another effect", policy({**NARROW, "Effect": "allow"}), at="Effect"),
    fails("I14", "no action", policy({"Effect": "Allow", "Resource": "*"}), at="Statement[0]"),
    fails("I14", "both actions", policy({**NARROW, "NotAction": "s3:PutObject"}), at="Statement[0]"),
    fails("I14", "an action without a service", policy(allow(["s3:GetObject", "GetObject"])), at="Action[1]"),
    fails("I14", "an identity's principal", policy({**NARROW, "Principal": "*"}), at="Principal"),
    fails("I14", "no resource", policy({"Effect": "Allow", "Action": "s3:GetObject"}), at="Statement[0]"),
    fails("I14", "a trust's resource", role({**trust({"AWS": ACCOUNT}), "Resource": "*"}), at="assumeRolePolicy.Statement[0].Resource"),
    fails("I14", "a trust without a principal", role({"Effect": "Allow", "Action": "sts:AssumeRole"})),
    fails("I14", "a principal of no kind", role(trust({"Aws": ACCOUNT})), at="Principal.Aws"),
    fails("I14", "an operator that is none", policy(allow("s3:GetObject", Condition={"StringIs": {"a": "b"}})), at="Condition.StringIs"),
    fails("I14", "an operator without keys", policy(allow("s3:GetObject", Condition={"StringLike": "b"})), at="StringLike"),
    fails("I14", "two statements of one Sid", policy({**NARROW, "Sid": "A"}, {**NARROW, "Sid": "A"}), at="Statement[1].Sid"),
    fails("I14", "beside an unknown one", role(inlinePolicies=[{"name": "a", "policy": UNKNOWN}, {"name": "b", "policy": "{"}])),
    *_others("I15"),
    passes("I15", "with a wildcard", policy(allow("s3:GetObj*"))),
    passes("I15", "any case", policy(allow("S3:getobject"))),
    passes("I15", "newer than the data", policy(allow("s3:Nonsense")), known=["s3:nonsense"]),
    fails("I15", "misspelt", policy(allow(["s3:GetObject", "s3:GetObjects"])), at="Action[1]"),
    fails("I15", "no such service", policy(allow("s4:GetObject"))),
    fails("I15", "a wildcard that matches nothing", policy(allow("s3:Fetch*"))),
    fails("I15", "denied", policy({**allow("s3:DeleteObjekt"), "Effect": "Deny"})),
    fails("I15", "of a queue", queue(grant({"AWS": ACCOUNT}, "sqs:Send"))),
    fails("I15", "of a trust", role(trust({"AWS": ACCOUNT}, "sts:AsumeRole")), at="assumeRolePolicy.Statement[0].Action"),
    *_others("I17"),
    passes("I17", "denied", policy({"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"})),
    fails("I17", "action", policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), at="NotAction"),
    fails("I17", "resource", policy({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b/*"}), at="NotResource"),
    fails("I17", "principal", queue({"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "sqs:SendMessage", "Resource": "*"})),
    fails("I17", "in a key's policy", key({**grant("*", "kms:Decrypt"), "NotResource": "*"})),
)
PASS = allow("iam:PassRole", "*")
PUT = allow("iam:PutRolePolicy", "*")
CREATE = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], f"arn:aws:lambda:*:{ACCOUNT}:function:*")
UNREAD = Item(ROLE_POLICY, {"role": UNKNOWN, "policy": UNKNOWN}, "p", {"role": ["subject"]})
ESCALATION = (
    not_applicable("I13.2", "another type", policy(NARROW)),
    passes("I13.2", "nothing", role()),
    passes("I13.2", "one role", _subject(allow("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/a"), CREATE)),
    passes(
        "I13.2",
        "roles with the boundary",
        _subject({**PUT, "Condition": {"StringEquals": {"iam:PermissionsBoundary": BOUNDARY}}}),
    ),
    passes(
        "I13.2",
        "passed to another service",
        _subject({**PASS, "Condition": {"StringEquals": {"iam:PassedToService": "a"}}}, CREATE),
    ),
    passes("I13.2", "denied", _subject(allow("iam:*", "*"), {**allow(["iam:*"], "*"), "Effect": "Deny"})),
    passes(
        "I13.2",
        "another role's policy",
        role(),
        Item(ROLE_POLICY, {"role": "other", "policy": document(PUT)}, "p"),
    ),
    fails("I13.2", "inline", _subject(PASS, CREATE), at="iam:PassRole and lambda:CreateFunction"),
    fails("I13.2", "one action", _subject(allow("iam:CreatePolicyVersion", "*")), at="rewrite any policy"),
    fails("I13.2", "behind a wildcard", _subject(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:role/*")), at="iam:AttachRolePolicy"),
    fails("I13.2", "by exclusion", _subject({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}), at="iam:PutRolePolicy"),
    fails("I13.2", "everything", _subject(ADMIN), at="everything"),
    fails("I13.2", "over two policies", _subject(PASS), *_attached(CREATE), at="iam:PassRole and lambda:CreateFunction"),
    fails(
        "I13.2",
        "in a policy of the role",
        role(name="r"),
        Item(ROLE_POLICY, {"role": "r", "policy": document(allow("sts:AssumeRole", "*"))}, "p"),
        at="sts:AssumeRole",
    ),
    fails(
        "I13.2",
        "beside an unknown policy",
        _subject(PASS, CREATE),
        UNREAD,
    ),
    fails(
        "I13.2",
        "attached by a literal ARN",
        role(managedPolicyArns=[BOUNDARY]),
        Item(POLICY, {"policy": document(PUT)}, "managed", outputs={"policy": document(PUT), "arn": BOUNDARY}),
    ),
    fails(
        "I13.2",
        "attached by a list of names",
        role(name="r"),
        policy(PUT, name="managed"),
        Item("aws:iam/policyAttachment:PolicyAttachment", {"roles": ["r"], "policyArn": UNKNOWN}, "a", {"policyArn": ["managed"]}),
    ),
    unknown(
        "I13.2",
        "an unknown policy",
        role(),
        UNREAD,
        at="policy",
    ),
)

CASES = (*ADMINISTRATORS, *WILDCARDS, *GRAMMAR, *ESCALATION)
