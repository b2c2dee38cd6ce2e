"""R8.2: buckets are replicated."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings, Node, NotApplicable, some
from guard.places import stack_regions
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_REPLICATION


@stack_control(
    id="R8.2",
    title="Buckets are replicated to another region",
    severity=Severity.MEDIUM,
    fsbp=("S3.7",),
    checkov=("CKV_AWS_144",),
    types=S3_BUCKET,
    why="Losing the region, or the bucket, otherwise loses the objects.",
    fix="attach a BucketReplicationConfig with an enabled rule, or exempt what can be made again.",
)
def buckets_replicated(bucket: Resource, stack: Stack, *, env: Env) -> Findings:
    """The copy itself need not be copied on. A stack of one region has no other to copy to."""
    if len(stack_regions(env)) == 1:
        raise NotApplicable("the stack has one region")
    if some(bucket.each("replicationConfiguration|replicationConfigurations", "rules", "status"), _is_enabled):
        return
    if some((node for item in stack.attached(bucket, S3_REPLICATION, "bucket") for node in item.each("rules", "status")), _is_enabled):
        return
    copied = stack.attached(bucket, S3_REPLICATION, "rules", identity="arn")
    if some((node for item in copied for node in item.each("rules", "status")), _is_enabled):
        raise NotApplicable("the bucket is the copy")
    yield bucket.fail("The bucket is not replicated")


def _is_enabled(status: Node) -> bool:
    return status.text() == "Enabled"
