"""I: who gets in, to roles, resources and interfaces."""

from typing import Any

from tests.policy.case import UNKNOWN, Case, Item, fails, not_applicable, passes, secret, unknown
from tests.policy.cases._policies import ACCOUNT, BUCKET, POLICY, ROLE, TABLE, document, grant, key, queue, role, trust

OTHER = "999988887777"
OURS = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
OF_LOGS = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:1:log-group:*"}}
UNKNOWN_TRUST = Item(ROLE, {"assumeRolePolicy": UNKNOWN})
UNKNOWN_QUEUE = Item("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": "u", "policy": UNKNOWN})
UNKNOWN_KEY = Item("aws:kms/key:Key", {"policy": UNKNOWN})
HOST = "token.actions.githubusercontent.com"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def _endpoint(policy: Any, **props: Any) -> Item:
    base = {"vpcId": "v", "serviceName": "com.amazonaws.eu-west-1.s3", **props}
    return Item("aws:ec2/vpcEndpoint:VpcEndpoint", base if policy is None else {**base, "policy": policy})


def _vault(*statements: Any) -> Item:
    """A backup vault's policy: its statements, or the whole document."""
    text = document(*statements) if statements and isinstance(statements[0], dict) and "Effect" in statements[0] else statements[0]
    return Item("aws:backup/vaultPolicy:VaultPolicy", {"backupVaultName": "v", "policy": text})


def _github(*subjects: str, operator: str = "StringEquals") -> Item:
    condition = {operator: {f"{HOST}:sub": list(subjects)}} if subjects else {"StringEquals": {f"{HOST}:aud": "sts.amazonaws.com"}}
    provider = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"}
    return role(trust(provider, "sts:AssumeRoleWithWebIdentity", Condition=condition))


TRUST = (
    not_applicable("I2", "another type", TABLE),
    unknown("I2", "one ARN makes the text unknown", UNKNOWN_TRUST, at="assumeRolePolicy"),
    passes("I2", "a service", role()),
    passes("I2", "an account", role(trust(ROOT))),
    passes("I2", "denied", role({**trust({"AWS": "*"}), "Effect": "Deny"})),
    fails("I2", "everybody", role(trust({"AWS": "*"})), at="assumeRolePolicy.Statement[0].Principal.AWS"),
    fails("I2", "everybody in a list", role(trust(ROOT), trust({"AWS": [ACCOUNT, "*"]})), at="Statement[1].Principal.AWS[1]"),
    passes("I2", "a bare star, which is I2.3's", role(trust("*"))),
    fails("I2", "a lone statement", Item(ROLE, {"assumeRolePolicy": {"Statement": trust({"AWS": "*"})}})),
    fails("I2", "behind a condition", role(trust({"AWS": "*"}, Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    not_applicable("I2.3", "another type", TABLE),
    unknown("I2.3", "one ARN makes the text unknown", UNKNOWN_TRUST, at="assumeRolePolicy"),
    passes("I2.3", "a service", role()),
    passes("I2.3", "everybody of AWS, which is I2's", role(trust({"AWS": "*"}))),
    passes("I2.3", "denied", role({**trust("*"), "Effect": "Deny"})),
    fails("I2.3", "a bare star", role(trust("*")), at="assumeRolePolicy.Statement[0].Principal"),
    fails("I2.3", "in the second statement", role(trust(ROOT), trust("*")), at="Statement[1].Principal"),
    fails("I2.3", "behind a condition", role(trust("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    not_applicable("I2.2", "another type", TABLE),
    unknown("I2.2", "one ARN makes the text unknown", UNKNOWN_TRUST, at="assumeRolePolicy"),
    passes("I2.2", "an account", role(trust({"Service": "states.amazonaws.com"}, Condition=OURS))),
    passes("I2.2", "an ARN", role(trust({"Service": "a.amazonaws.com"}, Condition={"ArnLike": {"AWS:sourceArn": "arn:aws:a::1:*"}}))),
    passes("I2.2", "a service without sources", role(trust({"Service": "ec2.amazonaws.com"}))),
    passes("I2.2", "API Gateway, which sends none", role(trust({"Service": "apigateway.amazonaws.com"}))),
    passes("I2.2", "no service", role(trust(ROOT))),
    fails("I2.2", "no condition", role(trust({"Service": "states.amazonaws.com"})), at="Principal.Service"),
    fails("I2.2", "if it is there", role(trust({"Service": "a.amazonaws.com"}, Condition={"StringEqualsIfExists": OURS["StringEquals"]}))),
    fails("I2.2", "any account", role(trust({"Service": "a.amazonaws.com"}, Condition={"StringLike": {"aws:SourceAccount": "*"}}))),
    fails("I2.2", "configured otherwise", role(trust({"Service": "ec2.amazonaws.com"})), without=["other.amazonaws.com"]),
    not_applicable("I8", "another type", TABLE),
    unknown("I8", "one ARN makes the text unknown", UNKNOWN_TRUST, at="assumeRolePolicy"),
    passes("I8", "no identity provider", role()),
    passes("I8", "an environment", _github("repo:example/app:environment:prod")),
    passes("I8", "any branch", _github("repo:example/app:ref:refs/heads/*", operator="StringLike")),
    passes("I8", "a service account", _github("system:serviceaccount:default:app")),
    passes(
        "I8",
        "an identity pool",
        role(
            trust(
                {"Federated": "cognito-identity.amazonaws.com"},
                "sts:AssumeRoleWithWebIdentity",
                Condition={"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}},
            )
        ),
    ),
    fails("I8", "the audience alone", _github(), at="assumeRolePolicy.Statement[0]"),
    fails("I8", "anybody", _github("*", operator="StringLike"), at=":sub"),
    fails("I8", "every repository of an owner", _github("repo:example/app:ref:a", "repo:example/*", operator="StringLike"), at=":sub[1]"),
    fails("I8", "every owner", _github("repo:*/app:ref:a", operator="StringLike")),
    fails("I8", "a negation", _github("repo:example/app:ref:a", operator="StringNotEquals"), at="Statement[0]"),
    not_applicable("I5", "another type", TABLE),
    passes("I5", "set", role(permissionsBoundary=f"arn:aws:iam::{ACCOUNT}:policy/b")),
    passes(
        "I5",
        "the stack's, not known yet",
        Item(ROLE, {"assumeRolePolicy": "{}", "permissionsBoundary": UNKNOWN}, refs={"permissionsBoundary": ["b"]}),
        Item(POLICY, {"policy": "{}"}, "b"),
    ),
    fails("I5", "missing", role(), at="permissionsBoundary"),
    fails("I5", "empty", role(permissionsBoundary="")),
    unknown("I5", "from elsewhere", role(permissionsBoundary=UNKNOWN), at="permissionsBoundary"),
)


def _attachments(control: str, bad: str, good: str) -> tuple[Case, ...]:
    def one(kind: str, arn: Any = bad) -> Item:
        return Item(f"aws:iam/{kind}PolicyAttachment:{kind.capitalize()}PolicyAttachment", {kind: kind, "policyArn": arn})

    permission_set = {"instanceArn": "arn:i", "permissionSetArn": "arn:p", "managedPolicyArn": bad}
    return (
        not_applicable(control, "another type", TABLE),
        passes(control, "another policy", one("role", good)),
        passes(control, "none", role()),
        fails(control, "of a role", one("role"), at="policyArn"),
        fails(control, "of a user", one("user")),
        fails(control, "of a group", one("group")),
        fails(control, "of some", Item("aws:iam/policyAttachment:PolicyAttachment", {"policyArn": bad, "roles": ["r"]})),
        fails(control, "inside a role", role(managedPolicyArns=[good, UNKNOWN, bad]), at="managedPolicyArns[2]"),
        fails(control, "of a permission set", Item("aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment", permission_set)),
        unknown(control, "an unknown policy", one("role", UNKNOWN), at="policyArn"),
    )


def _user_policy(type_: str, **props: Any) -> Item:
    return Item(f"aws:iam/{type_[0].lower()}{type_[1:]}:{type_}", props)


IDENTITIES = (
    *_attachments("I3", ADMINISTRATOR, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
    passes("I3", "an own policy of that name", role(managedPolicyArns=[f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess"])),
    *_attachments("I3.2", "arn:aws:iam::aws:policy/IAMFullAccess", ADMINISTRATOR),
    *_attachments("I3.3", "arn:aws:iam::aws:policy/AmazonS3FullAccess", ADMINISTRATOR),
    passes("I3.3", "an own policy of that name", role(managedPolicyArns=[f"arn:aws:iam::{ACCOUNT}:policy/S3FullAccess"])),
    passes("I3.3", "a service's role", role(managedPolicyArns=["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"])),
    fails("I3.3", "power user", role(managedPolicyArns=["arn:aws:iam::aws:policy/PowerUserAccess"])),
    fails("I3.3", "a second version", role(managedPolicyArns=["arn:aws:iam::aws:policy/AmazonSSMFullAccess_v2"])),
    not_applicable("I4", "another type", TABLE),
    passes("I4", "of roles", _user_policy("PolicyAttachment", policyArn="p", roles=["r"], users=[])),
    passes("I4", "an empty list", _user_policy("UserPoliciesExclusive", userName="u", policyNames=[])),
    fails("I4", "inline", _user_policy("UserPolicy", user="u", policy=document()), at="user"),
    fails("I4", "inline, user not known yet", _user_policy("UserPolicy", user=UNKNOWN, policy=UNKNOWN)),
    fails("I4", "attached", _user_policy("UserPolicyAttachment", user="u", policyArn="p")),
    fails("I4", "attached to some", _user_policy("PolicyAttachment", policyArn="p", users=["u"]), at="users"),
    fails("I4", "exclusively", _user_policy("UserPolicyAttachmentsExclusive", userName="u", policyArns=["p"])),
    unknown("I4", "users not known yet", _user_policy("PolicyAttachment", policyArn="p", users=UNKNOWN), at="users"),
    not_applicable("I4.2", "another type", TABLE),
    passes("I4.2", "allowed by name", _user_policy("User", name="smtp"), allowed=["smtp"]),
    fails("I4.2", "a user", _user_policy("User", name="u")),
    fails("I4.2", "not among the allowed", _user_policy("User", name="u"), allowed=["smtp"]),
    fails("I4.2", "a name that is not known yet", _user_policy("User", name=UNKNOWN)),
    unknown("I4.2", "perhaps an allowed one", _user_policy("User", name=UNKNOWN), at="name", allowed=["smtp"]),
    not_applicable("I4.3", "another type", TABLE),
    passes("I4.3", "inactive", _user_policy("AccessKey", user="u", status="Inactive")),
    passes("I4.3", "allowed by name", _user_policy("AccessKey", user="smtp"), allowed=["smtp"]),
    fails("I4.3", "a key", _user_policy("AccessKey", user="u")),
    unknown("I4.3", "perhaps an allowed one", _user_policy("AccessKey", user=UNKNOWN), at="user", allowed=["smtp"]),
)
KEYS = (
    not_applicable("I6", "another type", TABLE),
    unknown("I6", "one ARN makes the text unknown", UNKNOWN_KEY, at="policy"),
    passes("I6", "no policy", Item("aws:kms/key:Key", {})),
    passes("I6", "the account", key(grant(ROOT, "kms:*"))),
    passes("I6", "denied", key({**grant("*", "kms:*"), "Effect": "Deny"})),
    fails("I6", "everybody", key(grant({"AWS": "*"}, "kms:Decrypt")), at="policy.Statement[0].Principal.AWS"),
    fails("I6", "a bare star", key(grant("*", "kms:Decrypt")), at="policy.Statement[0].Principal"),
    passes(
        "I6", "behind a condition, which is I6.3's", key(grant({"AWS": ["*"]}, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}))
    ),
    passes("I6.3", "no policy", Item("aws:kms/key:Key", {})),
    passes("I6.3", "everybody, which is I6's", key(grant("*", "kms:Decrypt"))),
    passes("I6.3", "the account behind a condition", key(grant(ROOT, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}))),
    fails(
        "I6.3", "behind a condition", key(grant({"AWS": ["*"]}, Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}})), at="AWS[0]"
    ),
    not_applicable("I6.3", "another type", TABLE),
    unknown("I6.3", "one ARN makes the text unknown", UNKNOWN_KEY, at="policy"),
    fails("I6", "a star in a bare list", key(grant(["foo", "*"], "kms:Decrypt")), at="Principal[1]"),
    fails("I6", "of a policy of its own", key(grant("*"), type_="aws:kms/keyPolicy:KeyPolicy")),
    fails("I6", "of a replica", key(grant("*"), type_="aws:kms/replicaKey:ReplicaKey")),
    not_applicable("I6.2", "another type", TABLE),
    unknown("I6.2", "one ARN makes the text unknown", UNKNOWN_KEY, at="policy"),
    passes("I6.2", "the account", key(grant(ROOT, "kms:*"))),
    passes("I6.2", "named actions", key(grant({"Service": "a.amazonaws.com"}, ["kms:Decrypt"]))),
    fails("I6.2", "a role", key(grant({"AWS": f"arn:aws:iam::{ACCOUNT}:role/r"}, ["kms:Decrypt", "kms:*"])), at="Action[1]"),
    fails("I6.2", "a service", key(grant({"Service": "a.amazonaws.com"}, "kms:Encrypt*")), at="Action"),
    fails("I6.2", "the account beside a service", key(grant({**ROOT, "Service": "a.amazonaws.com"}, "kms:*"))),
)
RESOURCES = (
    not_applicable("I18", "another type", TABLE),
    unknown("I18", "one ARN makes the text unknown", UNKNOWN_QUEUE, at="policy"),
    passes("I18", "no policy", BUCKET),
    passes("I18", "an account", queue(grant({"Service": "events.amazonaws.com"}, Condition=OURS))),
    passes(
        "I18", "an encryption context", key(grant({"Service": "a"}, Condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "a"}}))
    ),
    passes("I18", "a service without sources", queue(grant({"Service": "a.amazonaws.com"})), without=["a.amazonaws.com"]),
    fails("I18", "no condition", queue(grant({"Service": ["a.amazonaws.com", "b.amazonaws.com"]})), at="Principal.Service[1]"),
    fails("I18", "of a key", key(grant({"Service": "a.amazonaws.com"}))),
    not_applicable("I19", "another type", TABLE),
    not_applicable("I19", "no account configured", queue(grant({"AWS": OTHER}))),
    unknown("I19", "one ARN makes the text unknown", UNKNOWN_QUEUE, at="policy", account=ACCOUNT),
    passes("I19", "the own account", queue(grant({"AWS": [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/r"]})), account=ACCOUNT),
    passes("I19", "a trusted one", queue(grant({"AWS": f"arn:aws:iam::{OTHER}:root"})), account=ACCOUNT, trusted=[OTHER]),
    passes("I19", "everybody, which is I20", queue(grant("*")), account=ACCOUNT),
    fails("I19", "another account", queue(grant({"AWS": [ACCOUNT, f"arn:aws:iam::{OTHER}:root"]})), at="AWS[1]", account=ACCOUNT),
    fails("I19", "a bare number", key(grant({"AWS": OTHER})), account=ACCOUNT),
    fails("I19", "a session", role(trust({"AWS": f"arn:aws:sts::{OTHER}:assumed-role/r/s"})), account=ACCOUNT),
    not_applicable("I20", "another type", TABLE),
    not_applicable("I20", "a queue, which is P6", queue(grant("*"))),
    unknown("I20", "one ARN makes the text unknown", _vault(UNKNOWN), at="policy"),
    unknown("I20", "a secret", _vault(secret("{}")), at="policy is secret"),
    passes("I20", "a service", _vault(grant({"Service": "a.amazonaws.com"}))),
    passes("I20", "denied", _vault({**grant("*"), "Effect": "Deny"})),
    passes("I20", "closed by a condition", _vault(grant("*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}))),
    fails("I20", "everybody", _vault(grant("*")), at="policy.Statement[0].Principal"),
    fails("I20", "everybody over TLS", _vault(grant({"AWS": "*"}, Condition={"Bool": {"aws:SecureTransport": "true"}}))),
    fails("I20", "all but one", _vault(grant({"AWS": "*"}, Condition={"StringNotEquals": {"aws:PrincipalAccount": OTHER}}))),
    not_applicable("I21", "another type", TABLE),
    unknown("I21", "one ARN makes the text unknown", UNKNOWN_QUEUE, at="policy"),
    passes("I21", "named", queue(grant(ROOT))),
    passes("I21", "denied", queue({**grant("*", "sqs:*"), "Effect": "Deny"})),
    fails("I21", "a service's", queue(grant(ROOT, ["sqs:SendMessage", "sqs:*"])), at="Action[1]"),
)

OF_GITHUB = {"url": f"https://{HOST}", "clientIdLists": ["sts.amazonaws.com"]}
PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
PASSAGES = (
    not_applicable("I8.2", "another provider", Item(PROVIDER, {"url": "https://oidc.example.org", "clientIdLists": ["app"]})),
    passes("I8.2", "AWS", Item(PROVIDER, OF_GITHUB)),
    fails(
        "I8.2", "another audience", Item(PROVIDER, {**OF_GITHUB, "clientIdLists": ["sts.amazonaws.com", "vault"]}), at="clientIdLists[1]"
    ),
    unknown("I8.2", "not known yet", Item(PROVIDER, {**OF_GITHUB, "clientIdLists": [UNKNOWN]}), at="clientIdLists[0]"),
    not_applicable("I22", "another type", TABLE),
    not_applicable("I22", "an interface", _endpoint(None, vpcEndpointType="Interface")),
    passes("I22", "own principals", _endpoint(document(grant("*", "*", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})))),
    passes("I22", "named resources", _endpoint(document({**grant("*", "s3:GetObject"), "Resource": "arn:aws:s3:::b/*"}))),
    fails("I22", "no policy", _endpoint(None), at="policy"),
    fails("I22", "AWS's default", _endpoint(document(grant("*", "*"))), at="policy.Statement[0].Resource"),
    fails(
        "I22", "a split one", Item("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", {"vpcEndpointId": "v", "policy": document(grant("*"))})
    ),
    unknown("I22", "not known yet", _endpoint(UNKNOWN), at="policy"),
)

CASES = (*PASSAGES, *TRUST, *IDENTITIES, *KEYS, *RESOURCES)
