"""Network access lists, one a tier: the second lock, for the day a security group is opened by mistake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from marquee.domain.address_plan import Tier

ANYWHERE = "0.0.0.0/0"
_HTTPS = ((443, 443),)
_EPHEMERAL = ((1024, 3388), (3390, 65535))
"""Ports that replies come back to, and that our own services listen on. Lists keep no state, so a NAT gateway's whole range must
be open (it uses 1024 to 65535); the gap is RDP, at the price of one connection in 64,000 that the client opens again."""

Ports = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Opening:
    """TCP ports that a tier opens, one way, to a range of addresses."""

    ports: Ports
    cidr: str


@dataclass(frozen=True, kw_only=True)
class TierAclsArgs:
    """Arguments of `TierAcls`."""

    vpc_id: Input[str]
    vpc_cidr: str
    prefix: str
    """First part of the lists' Name tags."""


class TierAcls(ComponentResource):
    """One list a tier. Subnets join theirs by an association of their own, so that a new zone changes no list.

    DNS and time come from link-local addresses, which no list filters. Nothing opens 22 or 3389: operators use
    Session Manager, which needs no way in.
    """

    ids: Mapping[Tier, Output[str]]

    def __init__(self, name: str, args: TierAclsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:network:TierAcls", name, {}, opts)
        self.ids = {tier: self._acl(f"{name}-{tier}", args, tier) for tier in ("public", "application", "data")}
        self.register_outputs({"ids": dict(self.ids)})

    def _acl(self, name: str, args: TierAclsArgs, tier: Tier) -> Output[str]:
        child = ResourceOptions(parent=self)
        acl = aws.ec2.NetworkAcl(name, vpc_id=args.vpc_id, tags={"Name": f"{args.prefix}-{tier}"}, opts=child)
        for way, openings in rules(tier, args.vpc_cidr).items():
            for suffix, rule in _numbered(openings).items():
                aws.ec2.NetworkAclRule(
                    f"{name}-{way}-{suffix}", network_acl_id=acl.id, egress=way == "out", rule_action="allow", opts=child, **rule
                )
        return acl.id


def rules(tier: Tier, vpc_cidr: str) -> Mapping[Literal["in", "out"], Sequence[Opening]]:
    """What a tier opens. Whatever one side may ask for, the other side's list has the reply."""
    https, replies = Opening(_HTTPS, ANYWHERE), Opening(_EPHEMERAL, ANYWHERE)
    https_inside, replies_inside = Opening(_HTTPS, vpc_cidr), Opening(_EPHEMERAL, vpc_cidr)
    match tier:
        case "public":
            # In: viewers' HTTPS, the application's on its way to the NAT gateway, and replies to both. Out: the same.
            return {"in": [https, replies], "out": [https, replies]}
        case "application":
            # In: the load balancer and the endpoints' callers; replies from the internet through NAT, and from S3 and
            # DynamoDB, whose gateway endpoints keep public addresses. Out: HTTPS to anyone, the rest within the VPC.
            return {"in": [https_inside, replies], "out": [https, replies_inside]}
        case "data":
            # Databases answer the VPC, and nobody else.
            return {"in": [https_inside, replies_inside], "out": [replies_inside]}


def _numbered(openings: Sequence[Opening]) -> dict[str, dict[str, Any]]:
    """Suffix of the logical name → arguments of the rule."""
    numbered: dict[str, dict[str, Any]] = {}
    for opening in openings:
        for first, last in opening.ports:
            number = 100 * (len(numbered) + 1)
            where = {"cidr_block": opening.cidr, "from_port": first, "to_port": last}
            numbered[f"tcp-{first}"] = {"rule_number": number, "protocol": "tcp", **where}
    widest = ANYWHERE if any(opening.cidr == ANYWHERE for opening in openings) else openings[0].cidr
    # "Fragmentation needed": without it, a path with a smaller packet size swallows large packets in silence.
    numbered["mtu"] = {"rule_number": 900, "protocol": "icmp", "icmp_type": 3, "icmp_code": 4, "cidr_block": widest}
    return numbered
