"""P1.2: no new ACL can make a bucket or object public."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.public_access import demand, raise_flag
from guard.resource import Resource
from guard.tokens import S3_PUBLIC_ACCESS_BLOCK


@resource_control(
    id="P1.2",
    title="New public ACLs are blocked",
    severity=Severity.HIGH,
    fsbp=("S3.8",),
    checkov=("CKV_AWS_53",),
    types=S3_PUBLIC_ACCESS_BLOCK,
    why="Any writer could make an object public with one header of its upload.",
    fix="set blockPublicAcls to true.",
    remediate=raise_flag("blockPublicAcls"),
)
def new_public_acls_are_blocked(block: Resource) -> Findings:
    """Off unless set."""
    return demand(block, "blockPublicAcls", "Public ACLs are accepted")
