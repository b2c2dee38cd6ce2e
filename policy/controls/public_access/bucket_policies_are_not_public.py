"""P6.4: no bucket policy lets everybody in."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.principals import open_to_everybody
from guard.resource import Resource
from guard.tokens import S3_BUCKET, S3_POLICY


@resource_control(
    id="P6.4",
    title="Bucket policies let nobody in unnamed",
    severity=Severity.CRITICAL,
    fsbp=("S3.2", "S3.3"),
    checkov=("CKV_AWS_70",),
    types=(*S3_POLICY, *S3_BUCKET),
    why="What the policy allows to * the whole internet may do, signed in or not.",
    fix="name the principals, or serve the objects by CloudFront with origin access control.",
)
def bucket_policies_are_not_public(policy: Resource) -> Findings:
    """One finding for each `*` principal that no condition narrows. A range of addresses says where from, not who."""
    return open_to_everybody(policy, "Anybody may use the bucket", addresses=False)
