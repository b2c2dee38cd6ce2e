"""R14: every zone of a VPC has its NAT gateway."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings, Node, NotApplicable, some
from guard.places import may_be_small, missing_from
from guard.resource import Resource, Stack

_GATEWAY = ("aws:ec2/natGateway:NatGateway",)


@stack_control(
    id="R14",
    title="Every zone has its own NAT gateway",
    severity=Severity.MEDIUM,
    types=("aws:ec2/vpc:Vpc",),
    why="Losing the one zone that has the gateway cuts off all of them.",
    fix="add a NAT gateway to a public subnet of each zone, or set network.nat to per_az.",
)
def nat_gateway_in_every_zone(vpc: Resource, stack: Stack, *, env: Env) -> Findings:
    """Asked of VPCs that have NAT gateways. A regional gateway is in every zone; a starter stack may have one."""
    if may_be_small(env):
        raise NotApplicable("a starter stack may have one gateway")
    subnets = stack.attached(vpc, ("aws:ec2/subnet:Subnet",), "vpcId")
    gateways = [(subnet, gateway) for subnet in subnets for gateway in stack.attached(subnet, _GATEWAY, "subnetId")]
    if not gateways:
        raise NotApplicable("the VPC has no NAT gateway")
    if some((gateway.at("availabilityMode") for _, gateway in gateways), lambda mode: mode.text() == "regional"):
        return
    with_gateway = [_zone(subnet) for subnet, _ in gateways]
    wanted = sorted({_zone(subnet).text() for subnet in subnets})
    missing = missing_from(wanted, with_gateway)
    if missing:
        yield vpc.fail(f"No NAT gateway in {', '.join(missing)}")


def _zone(subnet: Resource) -> Node:
    return subnet.at("availabilityZone|availabilityZoneId")
