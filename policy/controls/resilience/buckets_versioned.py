"""R8: buckets are versioned."""

from guard.control import Severity, stack_control
from guard.node import Findings, Node, some
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_VERSIONING


@stack_control(
    id="R8",
    title="Buckets are versioned",
    severity=Severity.HIGH,
    fsbp=("S3.14",),
    checkov=("CKV_AWS_21",),
    types=S3_BUCKET,
    why="What is overwritten or deleted by a slip is otherwise gone.",
    fix="attach a BucketVersioning with status Enabled.",
)
def buckets_versioned(bucket: Resource, stack: Stack) -> Findings:
    """Versioning inside the bucket counts as much as the split resource."""
    if some(bucket.each("versioning|versionings", "enabled"), Node.flag):
        return
    attached = stack.attached(bucket, S3_VERSIONING, "bucket")
    statuses = (node for item in attached for node in item.each("versioningConfiguration", "status"))
    if not some(statuses, lambda status: status.text() == "Enabled"):
        yield bucket.fail("The bucket is not versioned")
