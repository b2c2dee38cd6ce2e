"""Who may administer and who may use a key of each data class."""

import json
from typing import Any

from components.edge.access import distributions_of
from marquee.domain.names import DataClass

REPLICATED: tuple[DataClass, ...] = ("media", "data", "secrets")
"""Classes whose data is copied between regions. Their keys are multi-region from the first day on: KMS cannot make them so later."""

ADMINISTER = (
    "kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey", "kms:DisableKeyRotation",
    "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListAliases", "kms:ListGrants",
    "kms:ListKeyPolicies", "kms:ListKeyRotations", "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RevokeGrant",
    "kms:RotateKeyOnDemand", "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
    "kms:UpdateKeyDescription", "kms:UpdatePrimaryRegion",
)  # fmt: skip
_USE = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)

_MAKE_MACS = ("kms:DescribeKey", "kms:GenerateMac")
"""All that content keys are made with. Nobody needs VerifyMac, and an HMAC key can do nothing else.
Source: AWS KMS Developer Guide, "HMAC keys in AWS KMS"."""

_SERVICES: dict[DataClass, tuple[str, ...]] = {
    "media": ("mediapackagev2.amazonaws.com",),  # writes what is harvested from live channels, as itself
    # Events and alarms reach encrypted queues and topics; the publishing service then calls KMS itself.
    "data": ("cloudwatch.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"),
    "secrets": (),
    "logs": ("delivery.logs.amazonaws.com",),
    "pii": (),
    "content": (),
}

_ALSO = {"events.amazonaws.com": ("kms:DescribeKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")}
"""A bus checks its key, and an archive re-encrypts. Source: Amazon EventBridge User Guide, "Encrypting archives with AWS KMS keys"."""


def key_policy(data_class: DataClass, *, account: str, region: str, encrypts_disks: bool = False) -> str:
    """The key policy of a class in a region, wholly known before the key exists.

    The account administers the key, and its own IAM policies decide on use (`kms:CallerAccount`
    keeps grants of other accounts out). `Resource: *` in a key policy means this key and no other.
    `encrypts_disks` lets EC2 Auto Scaling start instances whose disks are under the key; its service-linked role must exist, or KMS
    refuses the policy (`aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com` makes it, once an account).
    Sources: AWS KMS Developer Guide, "Default key policy" and "Allow CloudWatch Logs to use the key"; Amazon EC2 Auto Scaling User Guide,
    "Required AWS KMS key policy for use with encrypted volumes".
    """
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    of_this_account = {"StringEquals": {"kms:CallerAccount": account}}
    if data_class == "content":  # no grants: no AWS service uses it for us
        use = _statement("UseThroughIamPolicies", root, _MAKE_MACS, of_this_account)
        return json.dumps({"Version": "2012-10-17", "Statement": [_statement("Administer", root, ADMINISTER), use]})
    statements: list[dict[str, Any]] = [
        _statement("Administer", root, ADMINISTER),
        _statement("UseThroughIamPolicies", root, _USE, of_this_account),
        _statement("GrantToAwsServices", root, ("kms:CreateGrant",), {**of_this_account, "Bool": {"kms:GrantIsForAWSResource": "true"}}),
    ]
    statements += [
        _statement(
            f"UseBy{service.split('.')[0].capitalize()}",
            {"Service": service},
            ("kms:Decrypt", "kms:GenerateDataKey", *_ALSO.get(service, ())),
            {"StringEquals": {"aws:SourceAccount": account}},
        )
        for service in _SERVICES[data_class]
    ]
    if data_class == "media":
        ours = {"ArnLike": {"aws:SourceArn": distributions_of(account)}}
        statements.append(_statement("ReadByCloudFront", {"Service": "cloudfront.amazonaws.com"}, ("kms:Decrypt",), ours))
    if encrypts_disks:
        starter = {"AWS": f"arn:aws:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"}
        grants = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
        statements += [_statement("UseForDisks", starter, _USE), _statement("GrantForDisks", starter, ("kms:CreateGrant",), grants)]
    if data_class == "logs":
        of_our_groups = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{region}:{account}:log-group:*"}}
        actions = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo")
        statements.append(_statement("UseByCloudWatchLogs", {"Service": f"logs.{region}.amazonaws.com"}, actions, of_our_groups))
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _statement(sid: str, principal: dict[str, str], actions: tuple[str, ...], condition: dict[str, Any] | None = None) -> dict[str, Any]:
    statement: dict[str, Any] = {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": list(actions), "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement
