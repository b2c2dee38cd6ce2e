"""E13.2: the region's default for disks is encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E13.2",
    title="EBS encryption by default is on",
    severity=Severity.MEDIUM,
    fsbp=("EC2.7",),
    cis=("2.2.1",),
    checkov=("CKV_AWS_106",),
    types=("aws:ebs/encryptionByDefault:EncryptionByDefault",),
    why="The default catches volumes that nobody thought of.",
    fix="set enabled to true, or leave it out.",
)
def disks_encrypted_by_default(default: Resource) -> Findings:
    """The resource's own default is on."""
    if not default.at("enabled").flag(default=True):
        yield default.at("enabled").fail("Disks are not encrypted by default")
