"""N4: no subnet hands out public addresses."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _switch_off(subnet: Resource) -> Iterator[Edit]:
    if subnet.at("mapPublicIpOnLaunch").flag():
        yield Edit(("mapPublicIpOnLaunch",), False)


@resource_control(
    id="N4",
    title="No subnet hands out public addresses",
    severity=Severity.MEDIUM,
    fsbp=("EC2.15",),
    checkov=("CKV_AWS_130",),
    types=("aws:ec2/subnet:Subnet",),
    why="What is launched there by mistake faces the internet at once.",
    fix="set mapPublicIpOnLaunch to false; load balancers and NAT gateways get their addresses without it.",
    remediate=_switch_off,
)
def subnets_give_no_public_addresses(subnet: Resource) -> Findings:
    """Public subnets too."""
    if subnet.at("mapPublicIpOnLaunch").flag():
        yield subnet.at("mapPublicIpOnLaunch").fail("Whatever is launched gets a public address")
