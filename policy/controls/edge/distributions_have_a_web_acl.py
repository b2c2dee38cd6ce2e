"""W1: every distribution is behind a web ACL."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="W1",
    title="Distributions are behind a web ACL",
    severity=Severity.HIGH,
    fsbp=("CloudFront.6",),
    checkov=("CKV_AWS_68",),
    types=DISTRIBUTION,
    why="Without one neither known attacks nor floods are stopped before they reach an origin.",
    fix="set webAclId to the ARN of a WebAcl of scope CLOUDFRONT.",
)
def distributions_have_a_web_acl(distribution: Resource) -> Findings:
    """What the ACL must hold is W1.2 to W1.5."""
    if not distribution.at("webAclId").present():
        yield distribution.at("webAclId").fail("No web ACL stands before the distribution")
