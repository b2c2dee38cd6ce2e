"""P1: every bucket has a public access block."""

from guard.control import Severity, stack_control
from guard.node import Findings, all_of, some
from guard.resource import Resource, Stack
from guard.tokens import S3_BUCKET, S3_PUBLIC_ACCESS_BLOCK


@stack_control(
    id="P1",
    title="Every bucket has a public access block",
    severity=Severity.HIGH,
    fsbp=("S3.8",),
    checkov=("CKV2_AWS_6",),
    types=S3_BUCKET,
    why="A slip in an ACL or a policy makes the objects public; the block holds against both.",
    fix="attach a BucketPublicAccessBlock with all four flags true.",
)
def bucket_has_public_access_block(bucket: Resource, stack: Stack) -> Findings:
    """The two flags that stop new grants; the four flags one by one are P1.2 to P1.5."""
    blocks = stack.attached(bucket, S3_PUBLIC_ACCESS_BLOCK, "bucket")
    if not some(
        (block.root for block in blocks), lambda block: all_of(block.at("blockPublicAcls").flag, block.at("blockPublicPolicy").flag)
    ):
        yield bucket.fail("No public access block that stops public ACLs and policies is attached")
