"""P2.3: access control lists are switched off."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import S3_OWNERSHIP


@resource_control(
    id="P2.3",
    title="Bucket ACLs are switched off",
    severity=Severity.MEDIUM,
    fsbp=("S3.12",),
    checkov=("CKV2_AWS_65",),
    types=S3_OWNERSHIP,
    why="With ACLs on, whoever writes an object owns it and decides who reads it, past every policy of the bucket.",
    fix="set rule.objectOwnership to BucketOwnerEnforced.",
)
def acls_are_disabled(controls: Resource) -> Findings:
    """Buckets without ownership controls are enforced since April 2023."""
    if controls.at("rule", "objectOwnership").text() != "BucketOwnerEnforced":
        yield controls.at("rule", "objectOwnership").fail("ACLs have effect")
