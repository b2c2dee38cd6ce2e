"""P1.3: no new policy can make a bucket public."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.public_access import demand, raise_flag
from guard.resource import Resource
from guard.tokens import S3_PUBLIC_ACCESS_BLOCK


@resource_control(
    id="P1.3",
    title="New public bucket policies are blocked",
    severity=Severity.HIGH,
    fsbp=("S3.8",),
    checkov=("CKV_AWS_54",),
    types=S3_PUBLIC_ACCESS_BLOCK,
    why="One wildcard principal in a policy opens the whole bucket.",
    fix="set blockPublicPolicy to true.",
    remediate=raise_flag("blockPublicPolicy"),
)
def new_public_policies_are_blocked(block: Resource) -> Findings:
    """Off unless set."""
    return demand(block, "blockPublicPolicy", "Public policies are accepted")
