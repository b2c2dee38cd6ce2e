"""Private ways from the VPC to AWS services, closed to other accounts' credentials and data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.network.services import derived, iam_prefix
from components.refs import NetworkRef, Placement
from marquee.settings.network import EndpointService

_WITHOUT_POLICY = frozenset({"ecs", "ecs-agent", "ecs-telemetry"})
"""Endpoints that take no policy. Source: Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints"."""


@dataclass(frozen=True, kw_only=True)
class EndpointsArgs:
    """Arguments of `Endpoints`."""

    placement: Placement
    network: NetworkRef
    route_tables: Mapping[str, Input[str]]
    """Zone letter → route table that gets the routes to S3 and DynamoDB."""
    interface_endpoints: Literal["derived"] | Sequence[EndpointService]
    services: frozenset[str]
    """AWS services, by IAM prefix, that the region's components call."""


class Endpoints(ComponentResource):
    """Gateway endpoints for S3 and DynamoDB, which cost nothing, and interface endpoints, which cost by the hour and zone."""

    def __init__(self, name: str, args: EndpointsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:network:Endpoints", name, {}, opts)
        place = args.placement
        self._gateway(name, args, "s3", _document(*_within_account("s3", place.account), _ecr_layers(place.region)))
        self._gateway(name, args, "dynamodb", _document(*_within_account("dynamodb", place.account)))
        services = derived(args.services) if args.interface_endpoints == "derived" else args.interface_endpoints
        if services:
            self._interfaces(name, args, services)
        self.register_outputs({})

    def _gateway(self, name: str, args: EndpointsArgs, service: Literal["s3", "dynamodb"], policy: str) -> None:
        child = ResourceOptions(parent=self)
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-{service}",
            vpc_id=args.network.vpc_id,
            vpc_endpoint_type="Gateway",
            service_name=f"com.amazonaws.{args.placement.region}.{service}",
            policy=policy,
            tags={"Name": f"{args.placement.names.prefix}-{service}"},
            opts=child,
        )
        for letter, table in args.route_tables.items():
            aws.ec2.VpcEndpointRouteTableAssociation(
                f"{name}-{service}-{letter}", vpc_endpoint_id=endpoint.id, route_table_id=table, opts=child
            )

    def _interfaces(self, name: str, args: EndpointsArgs, services: Sequence[EndpointService]) -> None:
        child = ResourceOptions(parent=self)
        place = args.placement
        # No egress rule: an endpoint answers and never calls.
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.network.vpc_id,
            description="Private endpoints of AWS services",
            tags={"Name": f"{place.names.prefix}-endpoints"},
            opts=child,
        )
        aws.vpc.SecurityGroupIngressRule(
            name,
            security_group_id=group.id,
            description="HTTPS from the VPC",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=args.network.vpc_cidr,
            opts=child,
        )
        for service in services:
            aws.ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=args.network.vpc_id,
                vpc_endpoint_type="Interface",
                service_name=f"com.amazonaws.{place.region}.{service}",
                private_dns_enabled=True,
                subnet_ids=list(args.network.application_subnet_ids),
                security_group_ids=[group.id],
                policy=None if service in _WITHOUT_POLICY else _document(_by_account(iam_prefix(service), place.account)),
                tags={"Name": f"{place.names.prefix}-{service}"},
                opts=child,
            )


def _within_account(service: str, account: str) -> tuple[dict[str, Any]]:
    """Our own principals on our own resources: stolen or foreign credentials find no way out through here, nor does our data.

    An endpoint's policy is a fence around every caller's own policies, which name exact actions; hence the service's wildcard.
    """
    statement = _by_account(service, account)
    statement["Condition"]["StringEquals"]["aws:ResourceAccount"] = account
    return (statement,)


def _by_account(service: str, account: str) -> dict[str, Any]:
    """Our own principals alone; what they may touch is for their own policies (SSM's public parameters are AWS's, for one)."""
    return {
        "Sid": "OurPrincipals",
        "Effect": "Allow",
        "Principal": "*",
        "Action": f"{service}:*",
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:PrincipalAccount": account}},
    }


def _ecr_layers(region: str) -> dict[str, Any]:
    """ECR hands out image layers from a bucket of AWS's own. Source: Amazon ECR User Guide, "Create the Amazon S3 gateway endpoint"."""
    return {
        "Sid": "LayersOfImages",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::prod-{region}-starport-layer-bucket/*",
    }


def _document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
