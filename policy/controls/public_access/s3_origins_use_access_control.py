"""P7: CloudFront signs its requests to S3, so that nobody else needs access."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="P7",
    title="S3 origins use origin access control",
    severity=Severity.HIGH,
    fsbp=("CloudFront.13",),
    types=DISTRIBUTION,
    why="Without it the bucket has to be public; and the older access identity cannot read objects under a KMS key.",
    fix="set originAccessControlId, and allow cloudfront.amazonaws.com for this distribution in the bucket's policy.",
)
def s3_origins_use_access_control(distribution: Resource) -> Findings:
    """An origin is S3's if it has neither a custom nor a VPC configuration."""
    origins = [origin for origin in distribution.each("origins") if _is_s3(origin)]
    if not origins:
        raise NotApplicable("no origin in S3")
    return check_each(origins, _check)


def _is_s3(origin: Node) -> bool:
    return origin.is_unreadable or (origin.at("customOriginConfig").is_absent and origin.at("vpcOriginConfig").is_absent)


def _check(origin: Node) -> Findings:
    if not origin.at("originAccessControlId").present():
        yield origin.at("originAccessControlId").fail("CloudFront does not sign its requests to the bucket")
