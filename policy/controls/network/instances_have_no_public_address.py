"""N5.2: no instance gets a public address."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"


@resource_control(
    id="N5.2",
    title="Instances get no public address",
    severity=Severity.HIGH,
    fsbp=("EC2.9", "EC2.25", "AutoScaling.5"),
    checkov=("CKV_AWS_88",),
    types=(_TEMPLATE, "aws:ec2/instance:Instance", "aws:ec2/launchConfiguration:LaunchConfiguration"),
    why="A public address lets the internet try every port that a security group ever opens by mistake.",
    fix="drop associatePublicIpAddress, and put a load balancer or NAT gateway in front.",
)
def instances_have_no_public_address(instance: Resource) -> Findings:
    """An instance and a launch configuration say it of themselves, a launch template of each network interface."""
    own = [] if instance.type == _TEMPLATE else [instance.at("associatePublicIpAddress")]
    return check_each([*own, *instance.each("networkInterfaces", "associatePublicIpAddress")], _check)


def _check(address: Node) -> Findings:
    if address.flag():
        yield address.fail("The instance gets a public address")
