"""T7.2: every bucket has a policy, without which T7 has nothing to judge."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_POLICY


@stack_control(
    id="T7.2",
    title="Every bucket has a policy",
    severity=Severity.MEDIUM,
    fsbp=("S3.5",),
    types=S3_BUCKET,
    why="Only the bucket's policy can refuse plain HTTP; a bucket without one answers it.",
    fix="attach a BucketPolicy that denies requests without TLS.",
)
def bucket_has_tls_policy(bucket: Resource, stack: Stack) -> Findings:
    """What the policy must say is T7's."""
    if not stack.attached(bucket, S3_POLICY, "bucket") and not bucket.at("policy").present():
        yield bucket.fail("No policy is attached, so plain HTTP is answered")
