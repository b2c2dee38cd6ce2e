"""P1.5: a policy that is public already lets in the own account alone."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.public_access import demand, raise_flag
from guard.resource import Resource
from guard.tokens import S3_PUBLIC_ACCESS_BLOCK


@resource_control(
    id="P1.5",
    title="Buckets with a public policy are restricted",
    severity=Severity.HIGH,
    fsbp=("S3.8",),
    checkov=("CKV_AWS_56",),
    types=S3_PUBLIC_ACCESS_BLOCK,
    why="Blocking new policies leaves those alone that were made before.",
    fix="set restrictPublicBuckets to true.",
    remediate=raise_flag("restrictPublicBuckets"),
)
def public_policies_are_restricted(block: Resource) -> Findings:
    """Off unless set."""
    return demand(block, "restrictPublicBuckets", "A policy that is public already keeps its effect")
