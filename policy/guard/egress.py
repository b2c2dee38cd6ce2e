"""Egress rules of security groups, in the three ways Pulumi can write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.ingress import CLASSIC_RULE, SECURITY_GROUP
from guard.node import Node
from guard.resource import Resource

EGRESS_RULE: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
EGRESS_TYPES: Final = (SECURITY_GROUP, CLASSIC_RULE, EGRESS_RULE)


def egress_rules(resource: Resource) -> Iterator[Node]:
    """The egress rules of a group, or the rule that the resource is."""
    if resource.type == SECURITY_GROUP:
        yield from resource.each("egress")
    elif resource.type == EGRESS_RULE or resource.at("type").text() == "egress":
        yield resource.root
