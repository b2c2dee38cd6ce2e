"""VPC endpoints: which services a VPC reaches without the internet."""

from __future__ import annotations

import re
from typing import Final

from guard.node import Node
from guard.resource import Resource, Stack

VPC_ENDPOINT: Final = "aws:ec2/vpcEndpoint:VpcEndpoint"
VPC: Final = "aws:ec2/vpc:Vpc"
_SERVICE_NAME: Final = re.compile(r"(?:com|cn\.com|aws)\.(?:amazonaws|api)\.[a-z]{2}(?:-[a-z]+)+-\d\.(.+)")


def endpoints(vpc: Resource, stack: Stack) -> list[Node]:
    """The inputs of each endpoint of a VPC."""
    return [endpoint.root for endpoint in stack.attached(vpc, (VPC_ENDPOINT,), "vpcId", identity="id")]


def service(endpoint: Node) -> str:
    """The AWS service behind an endpoint, such as `s3` or `ecr.api`; empty for a partner's."""
    found = _SERVICE_NAME.fullmatch(endpoint.at("serviceName").text())
    return found[1] if found else ""


def is_interface(endpoint: Node) -> bool:
    """Whether the endpoint is a network interface, which costs by the hour; gateways, the default, are free."""
    return endpoint.at("vpcEndpointType").text("Gateway") == "Interface"
