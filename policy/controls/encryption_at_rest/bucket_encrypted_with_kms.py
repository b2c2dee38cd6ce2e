"""E1: every bucket encrypts its objects with KMS by default."""

from guard.control import Severity, stack_control
from guard.node import Findings, Node, some
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_ENCRYPTION

_ALGORITHM = ("applyServerSideEncryptionByDefault|applyServerSideEncryptionByDefaults", "sseAlgorithm")


@stack_control(
    id="E1",
    title="Buckets encrypt with KMS by default",
    severity=Severity.HIGH,
    fsbp=("S3.17",),
    checkov=("CKV_AWS_145",),
    types=S3_BUCKET,
    why="With S3's own keys nobody can cut off or audit the reading of objects apart from the bucket's permissions.",
    fix="attach a BucketServerSideEncryptionConfiguration whose sseAlgorithm is aws:kms.",
)
def bucket_encrypted_with_kms(bucket: Resource, stack: Stack) -> Findings:
    """A configuration inside the bucket counts as much as the split resource."""
    inside = bucket.each("serverSideEncryptionConfiguration|serverSideEncryptionConfigurations", "rule|rules", *_ALGORITHM)
    if some(inside, _is_kms):
        return
    attached = stack.attached(bucket, S3_ENCRYPTION, "bucket")
    if not some((node for item in attached for node in item.each("rules", *_ALGORITHM)), _is_kms):
        yield bucket.fail("The bucket's default encryption is not KMS")


def _is_kms(algorithm: Node) -> bool:
    return algorithm.text() in ("aws:kms", "aws:kms:dsse")
