"""R8.4: buckets of trails are locked."""

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable, some
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_OBJECT_LOCK


@stack_control(
    id="R8.4",
    title="Buckets of trails have Object Lock",
    severity=Severity.HIGH,
    fsbp=("S3.15",),
    types=S3_BUCKET,
    why="Whoever breaks in deletes the records first.",
    fix="set objectLockEnabled to true on the bucket, and attach a BucketObjectLockConfiguration.",
)
def audit_buckets_locked(bucket: Resource, stack: Stack) -> Findings:
    """Asked of buckets that a CloudTrail trail writes to; other data has to be deletable."""
    if not stack.attached(bucket, ("aws:cloudtrail/trail:Trail",), "s3BucketName", identity="bucket"):
        raise NotApplicable("no trail writes to the bucket")
    inside = (bucket.at("objectLockEnabled"), bucket.at("objectLockConfiguration", "objectLockEnabled"))
    if some(inside, lambda lock: lock.flag() or lock.text() == "Enabled"):
        return
    if not stack.attached(bucket, S3_OBJECT_LOCK, "bucket"):
        yield bucket.fail("The trail's records can be deleted")
