"""G1.2: every bucket says when its objects go."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_LIFECYCLE


@stack_control(
    id="G1.2",
    title="Buckets have a lifecycle configuration",
    severity=Severity.LOW,
    fsbp=("S3.13",),
    checkov=("CKV2_AWS_61",),
    types=S3_BUCKET,
    why="Old versions and broken uploads are kept, and paid for, until somebody asks why.",
    fix="attach a BucketLifecycleConfiguration that expires old versions and aborts incomplete uploads.",
)
def buckets_have_a_lifecycle(bucket: Resource, stack: Stack) -> Findings:
    """Rules inside the bucket count as much as the split resource."""
    if bucket.at("lifecycleRules").present():
        return
    if not stack.attached(bucket, S3_LIFECYCLE, "bucket"):
        yield bucket.fail("No lifecycle configuration is attached to the bucket")
