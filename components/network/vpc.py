"""A VPC of three tiers over the zones of a region."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.network.acl import TierAcls, TierAclsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.zone import Zone, ZoneArgs
from components.refs import NetworkRef, Placement
from marquee.domain.address_plan import address_plan


@dataclass(frozen=True, kw_only=True)
class VpcArgs:
    """Arguments of `Vpc`."""

    placement: Placement
    cidr: IPv4Network
    """A /16 to a /20; the address plan divides it."""
    zones: Sequence[str]
    """Letters of the availability zones, at least one. The first holds the NAT gateway if there is only one."""
    nat: Literal["single", "per_az"]


class Vpc(ComponentResource):
    """The VPC with its subnets, routes, access lists and flow logs.

    What belongs to a zone carries its letter in the name and joins what is shared from its own side: a further zone adds
    resources and changes none of these.
    """

    ref: NetworkRef
    application_route_tables: dict[str, Output[str]]
    """Zone letter → route table of its application subnet, where gateway endpoints belong."""

    def __init__(self, name: str, args: VpcArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:network:Vpc", name, {}, opts)
        child = ResourceOptions(parent=self)
        prefix = args.placement.names.prefix
        vpc = aws.ec2.Vpc(
            name,
            cidr_block=str(args.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,  # private DNS of interface endpoints needs both
            tags={"Name": prefix},
            opts=child,
        )
        # As AWS makes it, it lets its members talk to each other and to the world.
        aws.ec2.DefaultSecurityGroup(name, vpc_id=vpc.id, ingress=[], egress=[], tags={"Name": f"{prefix}-default-unused"}, opts=child)
        FlowLogs(f"{name}-flow-logs", FlowLogsArgs(placement=args.placement, vpc_id=vpc.id), opts=child)
        gateway = aws.ec2.InternetGateway(name, vpc_id=vpc.id, tags={"Name": prefix}, opts=child)
        public = aws.ec2.RouteTable(f"{name}-public", vpc_id=vpc.id, tags={"Name": f"{prefix}-public"}, opts=child)
        to_internet = aws.ec2.Route(
            f"{name}-public", route_table_id=public.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id, opts=child
        )
        acls = TierAcls(f"{name}-acl", TierAclsArgs(vpc_id=vpc.id, vpc_cidr=str(args.cidr), prefix=prefix), opts=child)
        zones: dict[str, Zone] = {}
        for letter, subnets in address_plan(args.cidr, args.zones).items():
            shared = None if args.nat == "per_az" or not zones else next(iter(zones.values())).nat_gateway_id
            zones[letter] = Zone(
                f"{name}-{letter}",
                ZoneArgs(
                    placement=args.placement,
                    letter=letter,
                    vpc_id=vpc.id,
                    subnets=subnets,
                    acl_ids=acls.ids,
                    public_route_table_id=public.id,
                    internet_route=to_internet,
                    nat_gateway_id=shared,
                ),
                opts=child,
            )
        self.application_route_tables = {letter: zone.application_route_table_id for letter, zone in zones.items()}
        self.ref = NetworkRef(
            vpc_id=vpc.id,
            vpc_cidr=str(args.cidr),
            public_subnet_ids=tuple(zone.subnet_ids["public"] for zone in zones.values()),
            application_subnet_ids=tuple(zone.subnet_ids["application"] for zone in zones.values()),
            data_subnet_ids=tuple(zone.subnet_ids["data"] for zone in zones.values()),
        )
        self.register_outputs({"vpc_id": vpc.id})
