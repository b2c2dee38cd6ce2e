"""Rules of security groups that let the whole internet in, in the three ways Pulumi can write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.node import Findings, Node, all_of, check_each, some
from guard.resource import Resource

SECURITY_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
CLASSIC_RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
INGRESS_TYPES: Final = (SECURITY_GROUP, CLASSIC_RULE, INGRESS_RULE)

_ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "0:0:0:0:0:0:0:0/0", "0000:0000:0000:0000:0000:0000:0000:0000/0"})
_ALL_PROTOCOLS: Final = frozenset({"-1", "all"})
_PORT_PROTOCOLS: Final = frozenset({"tcp", "udp", "6", "17", "sctp", "132", ""})


def open_to_port(resource: Resource, port: int, service: str, *, veiled: bool = False) -> Findings:
    """A finding for each ingress rule that lets anybody reach `port`.

    `veiled`: look at the rules that name a narrower source too, or for which protocol -1 overrides the ports; else at all others.
    """

    def check(rule: Node) -> Findings:
        opens = all_of(lambda: from_anywhere(rule) or not names_a_source(rule), lambda: reaches(rule, port))
        if opens and _is_veiled(rule, port) is veiled:
            yield rule.fail(f"Anybody on the internet can reach {service} (port {port})")

    return check_each(ingress_rules(resource), check)


def _is_veiled(rule: Node, port: int) -> bool:
    """Whether the open rule reads as a narrow one."""
    if rule.at("self").flag() or any(True for _ in rule.each("prefixListIds")):
        return True
    if not is_every_protocol(rule):
        return False
    first, last = rule.at("fromPort").number(-1) or 0, rule.at("toPort").number(-1) or 0
    return (first, last) != (0, 0) and not first <= port <= last


def ingress_rules(resource: Resource) -> Iterator[Node]:
    """The ingress rules of a group, or the rule that the resource is."""
    if resource.type == SECURITY_GROUP:
        yield from resource.each("ingress")
    elif resource.type == INGRESS_RULE or resource.at("type").text() == "ingress":
        yield resource.root


def from_anywhere(rule: Node) -> bool:
    """Whether the rule's source is every IPv4 or every IPv6 address."""
    sources = (source for key in ("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6") for source in rule.each(key))
    return some(sources, lambda source: source.text() in _ANYWHERE)


_SOURCES: Final = (
    "cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6", "prefixListIds", "prefixListId", "securityGroups", "sourceSecurityGroupId",
    "referencedSecurityGroupId",
)  # fmt: skip


def names_a_source(rule: Node) -> bool:
    """Whether the rule says whom it is for, be that with an empty list: one that does not cannot be shown to be narrow."""
    return any(not rule.at(key).is_absent for key in _SOURCES) or rule.at("self").flag()


def is_every_protocol(rule: Node) -> bool:
    """Whether the rule is for every protocol, and so for every port."""
    return _protocol(rule) in _ALL_PROTOCOLS


def is_every_port(rule: Node) -> bool:
    """Whether the rule is for every port of a protocol: -1 as protocol, with no range beside it, or as ports."""
    first, last = rule.at("fromPort").number(-1), rule.at("toPort").number(-1)
    if is_every_protocol(rule):
        return (first, last) in ((-1, -1), (0, 0), (0, 65535))
    return _protocol(rule) in _PORT_PROTOCOLS and (first, last) == (-1, -1)


def reaches(rule: Node, port: int) -> bool:
    """Whether the rule's protocol and ports include `port`. Ports 0 to 0 count as all: that is what whoever writes them means."""
    name = _protocol(rule)
    if name in _ALL_PROTOCOLS:
        return True
    if name not in _PORT_PROTOCOLS:
        return False
    first, last = rule.at("fromPort"), rule.at("toPort")
    if all_of(lambda: first.number() == 0, lambda: last.number() == 0):
        return True
    return all_of(lambda: (first.number(port + 1) or 0) <= port, lambda: port <= (last.number(-1) or 0))


def _protocol(rule: Node) -> str:
    return str(rule.at("ipProtocol|protocol").known() or "").lower()
