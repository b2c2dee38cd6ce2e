"""One availability zone of a VPC: a subnet a tier, its routes, and its way out."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi_aws as aws
from pulumi import ComponentResource, CustomResource, Input, Output, ResourceOptions

from components.refs import Placement
from marquee.domain.address_plan import Tier


@dataclass(frozen=True, kw_only=True)
class ZoneArgs:
    """Arguments of `Zone`."""

    placement: Placement
    letter: str
    """The last letter of the zone's name, as in eu-west-1a."""
    vpc_id: Input[str]
    subnets: Mapping[Tier, IPv4Network]
    acl_ids: Mapping[Tier, Input[str]]
    public_route_table_id: Input[str]
    internet_route: CustomResource
    """The public table's way to the internet: a NAT gateway waits for it."""
    nat_gateway_id: Input[str] | None
    """Another zone's NAT gateway; None makes one here."""


class Zone(ComponentResource):
    """Public, application and data subnets in one zone. The data tier has no route out of the VPC."""

    subnet_ids: Mapping[Tier, Output[str]]
    """Each once its routes stand: a load balancer is refused before the internet gateway is there, and a task finds no image."""
    application_route_table_id: Output[str]
    nat_gateway_id: Input[str]

    def __init__(self, name: str, args: ZoneArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:network:Zone", name, {}, opts)
        child = ResourceOptions(parent=self)
        subnets = {tier: self._subnet(name, args, tier) for tier in args.subnets}
        public = aws.ec2.RouteTableAssociation(
            f"{name}-public", subnet_id=subnets["public"], route_table_id=args.public_route_table_id, opts=child
        )
        application, joined = self._private_routes(name, args, "application", subnets["application"])
        _, isolated = self._private_routes(name, args, "data", subnets["data"])
        self.nat_gateway_id = self._nat_gateway(name, args, subnets["public"]) if args.nat_gateway_id is None else args.nat_gateway_id
        out = aws.ec2.Route(
            f"{name}-application",
            route_table_id=application.id,
            destination_cidr_block="0.0.0.0/0",
            nat_gateway_id=self.nat_gateway_id,
            opts=child,
        )
        self.application_route_table_id = application.id
        self.subnet_ids = {
            "public": _after(subnets["public"], public, args.internet_route),
            "application": _after(subnets["application"], joined, out),
            "data": _after(subnets["data"], isolated),
        }
        self.register_outputs({"subnet_ids": dict(self.subnet_ids)})

    def _subnet(self, name: str, args: ZoneArgs, tier: Tier) -> Output[str]:
        child = ResourceOptions(parent=self)
        subnet = aws.ec2.Subnet(
            f"{name}-{tier}",
            vpc_id=args.vpc_id,
            cidr_block=str(args.subnets[tier]),
            availability_zone=f"{args.placement.region}{args.letter}",
            map_public_ip_on_launch=False,
            tags={"Name": _tag(args, tier), "Tier": tier},
            opts=child,
        )
        aws.ec2.NetworkAclAssociation(f"{name}-{tier}", subnet_id=subnet.id, network_acl_id=args.acl_ids[tier], opts=child)
        return subnet.id

    def _private_routes(
        self, name: str, args: ZoneArgs, tier: Tier, subnet_id: Output[str]
    ) -> tuple[aws.ec2.RouteTable, aws.ec2.RouteTableAssociation]:
        child = ResourceOptions(parent=self)
        table = aws.ec2.RouteTable(f"{name}-{tier}", vpc_id=args.vpc_id, tags={"Name": _tag(args, tier)}, opts=child)
        association = aws.ec2.RouteTableAssociation(f"{name}-{tier}", subnet_id=subnet_id, route_table_id=table.id, opts=child)
        return table, association

    def _nat_gateway(self, name: str, args: ZoneArgs, subnet_id: Output[str]) -> Output[str]:
        tags = {"Name": _tag(args, "nat")}
        address = aws.ec2.Eip(f"{name}-nat", domain="vpc", tags=tags, opts=ResourceOptions(parent=self))
        gateway = aws.ec2.NatGateway(
            f"{name}-nat",
            allocation_id=address.allocation_id,
            subnet_id=subnet_id,
            tags=tags,
            opts=ResourceOptions(parent=self, depends_on=[args.internet_route]),
        )
        return gateway.id


def _after(value: Output[str], *resources: CustomResource) -> Output[str]:
    """`value`, for users that must wait for these resources too."""
    return Output.all(value, *[resource.id for resource in resources]).apply(lambda values: values[0])


def _tag(args: ZoneArgs, what: str) -> str:
    return f"{args.placement.names.prefix}-{what}-{args.letter}"
