"""P1.4: an ACL that is public already has no effect."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.public_access import demand, raise_flag
from guard.resource import Resource
from guard.tokens import S3_PUBLIC_ACCESS_BLOCK


@resource_control(
    id="P1.4",
    title="Public ACLs are ignored",
    severity=Severity.HIGH,
    fsbp=("S3.8",),
    checkov=("CKV_AWS_55",),
    types=S3_PUBLIC_ACCESS_BLOCK,
    why="Blocking new ACLs leaves those alone that were made before.",
    fix="set ignorePublicAcls to true.",
    remediate=raise_flag("ignorePublicAcls"),
)
def public_acls_are_ignored(block: Resource) -> Findings:
    """Off unless set."""
    return demand(block, "ignorePublicAcls", "ACLs that are public already keep their effect")
