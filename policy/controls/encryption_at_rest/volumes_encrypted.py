"""E13: volumes are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E13",
    title="EBS volumes are encrypted",
    severity=Severity.HIGH,
    fsbp=("EC2.3",),
    checkov=("CKV_AWS_3",),
    types=("aws:ebs/volume:Volume",),
    why="A snapshot of an unencrypted volume can be shared and read.",
    fix="set encrypted to true before the volume is created.",
)
def volumes_encrypted(volume: Resource) -> Findings:
    """Absent means off."""
    if not volume.at("encrypted").flag():
        yield volume.at("encrypted").fail("The volume is not encrypted")
