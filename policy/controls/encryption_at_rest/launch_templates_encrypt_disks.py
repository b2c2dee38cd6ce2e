"""E13.3: launch templates encrypt their disks."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


@resource_control(
    id="E13.3",
    title="Launch templates encrypt their disks",
    severity=Severity.HIGH,
    types=("aws:ec2/launchTemplate:LaunchTemplate",),
    why="Every instance of a group copies the template's disks.",
    fix="set ebs.encrypted to true in each block device mapping.",
)
def launch_templates_encrypt_disks(template: Resource) -> Findings:
    """A template that maps no EBS volume leaves the disks to the image and the region's default."""
    disks = list(template.each("blockDeviceMappings", "ebs"))
    if not disks:
        raise NotApplicable("the template maps no EBS volumes")
    return check_each(disks, _check_disk)


def _check_disk(disk: Node) -> Findings:
    if not disk.at("encrypted").flag():
        yield disk.at("encrypted").fail("The disk is not encrypted")
