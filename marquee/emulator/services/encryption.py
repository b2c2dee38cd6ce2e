"""The KMS calls that a service makes with its caller's permissions when data lies under a customer-managed key.

Neither emulator makes them, so a role without the key's permissions would pass here and fail on AWS. Sources, one a service:
S3 User Guide, "Protecting data with SSE-KMS" (a multipart upload also decrypts); SQS Developer Guide, "Key management" (producers
generate and decrypt, consumers decrypt); SNS Developer Guide, "Key management"; DynamoDB Developer Guide, "Encryption at rest: usage
notes" (the table key is decrypted for each principal); Secrets Manager User Guide, "Secret encryption and decryption"; Kinesis Data
Streams Developer Guide, "Permissions to use user-generated KMS keys".
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marquee.emulator.current import request
from marquee.emulator.upstream import module

_GENERATE, _DECRYPT = "kms:GenerateDataKey", "kms:Decrypt"
_WRITE, _READ, _BOTH = (_GENERATE,), (_DECRYPT,), (_GENERATE, _DECRYPT)

_IMPLIED: dict[str, tuple[str, ...]] = {
    "s3:GetObject": _READ,
    "s3:GetObjectVersion": _READ,
    "s3:PutObject": _WRITE,
    "sqs:SendMessage": _BOTH,
    "sqs:ReceiveMessage": _READ,
    "sns:Publish": _BOTH,
    "secretsmanager:GetSecretValue": _READ,
    "secretsmanager:PutSecretValue": _BOTH,
    "kinesis:PutRecord": _WRITE,
    "kinesis:PutRecords": _WRITE,
    "kinesis:GetRecords": _READ,
    **{
        f"dynamodb:{operation}": _READ
        for operation in (
            "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem",
        )
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """One implied call."""

    action: str
    key_arn: str
    service: str
    """As `kms:ViaService` names it, before the region."""
    context: Mapping[str, str] = field(default_factory=dict[str, str])
    """Encryption context, for conditions on it."""


def implied(action: str, resource: str) -> list[Use]:
    """The KMS calls that `action` on `resource` (an ARN) makes in its caller's name, in the account of the request."""
    actions = _IMPLIED.get(action)
    if actions is None or not resource.startswith("arn:"):
        return []
    if action == "s3:PutObject" and not {"uploads", "uploadId"}.isdisjoint(request().query):
        actions = _BOTH
    service = action.partition(":")[0]
    key = _KEY_OF[service](resource)
    if not key or "alias/aws/" in key:  # a key that AWS manages for the service is everybody's in the account
        return []
    record = module("ministack.services.kms")._resolve_key(key)
    arn = record["Arn"] if record else key
    if record and record.get("KeyManager") == "AWS":
        return []
    return [Use(name, arn, service, _context(service, resource)) for name in actions]


def conditions(use: Use, region: str) -> dict[str, str]:
    """The condition keys, in lower case, under which `use` is judged."""
    via = {"kms:viaservice": f"{use.service}.{region}.amazonaws.com"}
    return via | {f"kms:encryptioncontext:{name.lower()}": value for name, value in use.context.items()}


def _s3_key(resource: str) -> str:
    """The key named by the request, or by the stored object, or by the bucket's default encryption."""
    header = "x-amz-server-side-encryption-aws-kms-key-id"
    s3 = module("ministack.services.s3")
    bucket, _, name = resource.removeprefix("arn:aws:s3:::").partition("/")
    record: Any = s3._buckets.get(bucket)
    stored = s3._stored_sse_headers(record["objects"][name]).get(header) if record and name in record["objects"] else None
    return request().headers.get(header) or stored or s3._bucket_default_sse_headers(bucket).get(header, "")


def _context(service: str, resource: str) -> dict[str, str]:
    """What the service puts into the encryption context. Source: the guides above; secrets also carry a version, which is not known here.

    For S3 that is the bucket if it has a bucket key, else the object: S3 User Guide, "Reducing the cost of SSE-KMS with Bucket Keys".
    """
    if service == "dynamodb":
        return {"aws:dynamodb:tablename": resource.split("/")[1], "aws:dynamodb:subscriberid": resource.split(":")[4]}
    if service == "s3":
        bucket = resource.partition("/")[0]
        default: Any = module("ministack.services.s3")._bucket_encryption.get(bucket.removeprefix("arn:aws:s3:::")) or ""
        return {"aws:s3:arn": bucket if "<BucketKeyEnabled>true<" in default else resource}
    return {_CONTEXT_NAMES[service]: resource}


_CONTEXT_NAMES = {"kinesis": "aws:kinesis:arn", "secretsmanager": "secretarn", "sns": "aws:sns:topicarn", "sqs": "aws:sqs:arn"}


def _sqs_key(resource: str) -> str:
    queue = module("ministack.services.sqs")._queue_by_arn(resource)
    return queue["attributes"].get("KmsMasterKeyId", "") if queue else ""


def _sns_key(resource: str) -> str:
    topic = module("ministack.services.sns")._topic_by_arn_any_scope(resource)
    return topic.get("attributes", {}).get("KmsMasterKeyId", "") if topic else ""


def _dynamodb_key(resource: str) -> str:
    table: Any = module("ministack.services.dynamodb")._tables.get(resource.split("/")[1])
    return table["SSEDescription"].get("KMSMasterKeyArn", "") if table and table.get("SSEDescription") else ""


def _secret_key(resource: str) -> str:
    secret: Any = module("ministack.services.secretsmanager")._resolve(resource)[1]
    return secret.get("KmsKeyId") or "" if secret else ""


def _kinesis_key(resource: str) -> str:
    stream: Any = module("ministack.services.kinesis")._streams.get(resource.rpartition("/")[2])
    return stream.get("KeyId", "") if stream else ""


_KEY_OF: dict[str, Callable[[str], str]] = {
    "dynamodb": _dynamodb_key,
    "kinesis": _kinesis_key,
    "s3": _s3_key,
    "secretsmanager": _secret_key,
    "sns": _sns_key,
    "sqs": _sqs_key,
}
