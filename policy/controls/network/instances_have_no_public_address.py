"""N5.2: no instance gets a public address."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="N5.2",
    title="Instances get no public address",
    severity=Severity.HIGH,
    fsbp=("EC2.9", "EC2.25"),
    checkov=("CKV_AWS_88",),
    types=("aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"),
    why="A public address lets the internet try every port that a security group ever opens by mistake.",
    fix="drop associatePublicIpAddress, and put a load balancer or NAT gateway in front.",
)
def instances_have_no_public_address(instance: Resource) -> Findings:
    """An instance says it of itself, a launch template of each network interface."""
    own = [instance.at("associatePublicIpAddress")] if instance.type == "aws:ec2/instance:Instance" else []
    return check_each([*own, *instance.each("networkInterfaces", "associatePublicIpAddress")], _check)


def _check(address: Node) -> Findings:
    if address.flag():
        yield address.fail("The instance gets a public address")
