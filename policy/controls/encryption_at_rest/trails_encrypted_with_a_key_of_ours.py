"""E24: trails are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E24",
    title="Trails encrypt with a key of ours",
    severity=Severity.MEDIUM,
    fsbp=("CloudTrail.2",),
    cis=("3.5",),
    checkov=("CKV_AWS_35",),
    types=("aws:cloudtrail/trail:Trail",),
    why="Whoever may read the bucket could otherwise read what everybody did in the account.",
    fix="set kmsKeyId to the ARN of a KMS key.",
)
def trails_encrypted_with_a_key_of_ours(trail: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not trail.at("kmsKeyId").present():
        yield trail.at("kmsKeyId").fail("The trail is not encrypted with a key of ours")
