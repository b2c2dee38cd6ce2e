"""E13.4: instances encrypt their disks."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


@resource_control(
    id="E13.4",
    title="Instances encrypt their disks",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_8",),
    types=("aws:ec2/instance:Instance", "aws:ec2/launchConfiguration:LaunchConfiguration"),
    why="A disk keeps what ran on it, and its snapshots can be shared.",
    fix="set encrypted to true in rootBlockDevice and in each of ebsBlockDevices.",
)
def instances_encrypt_disks(instance: Resource) -> Findings:
    """An instance that states no disk leaves its disks to the image and the region's default."""
    disks = [*instance.each("rootBlockDevice"), *instance.each("ebsBlockDevices")]
    if not disks:
        raise NotApplicable("the instance states no disks")
    return check_each(disks, _check_disk)


def _check_disk(disk: Node) -> Findings:
    if not disk.at("encrypted").flag():
        yield disk.at("encrypted").fail("The disk is not encrypted")
