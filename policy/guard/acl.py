"""Network access lists: what their ingress rules let in, as rules of their own or inside the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.node import Findings, Node, all_of
from guard.resource import Resource

ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"
ACL_TYPES: Final = ("aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", ACL_RULE)

_ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0"})
_WITH_PORTS: Final = frozenset({"tcp", "udp", "6", "17"})


def open_to_port(resource: Resource, port: int, service: str, *, implied: bool = False) -> Findings:
    """A finding for each rule that lets anybody reach `port`, unless a rule before it in the same list denies that.

    `implied`: look at the rules that reach the port without naming it; else at those that name it, or protocol -1.
    """
    for rule in _ingress_rules(resource):
        if not _concerns(rule, port):
            continue
        if rule.at("ruleAction|action").text().lower() == "deny":
            return
        if _names(rule, port) is not implied:
            yield rule.fail(f"The list lets anybody reach {service} (port {port})")


def _ingress_rules(resource: Resource) -> Iterator[Node]:
    if resource.type != ACL_RULE:
        yield from sorted(resource.each("ingress"), key=_number)
    elif not resource.at("egress").flag():
        yield resource.root


def _number(rule: Node) -> float:
    return rule.at("ruleNo").number(0) or 0


def _concerns(rule: Node, port: int) -> bool:
    return all_of(lambda: _from_anywhere(rule), lambda: _holds(rule, port))


def _from_anywhere(rule: Node) -> bool:
    return rule.at("cidrBlock").text() in _ANYWHERE or rule.at("ipv6CidrBlock").text() in _ANYWHERE


def _names(rule: Node, port: int) -> bool:
    """Whether a rule that reaches the port says so, by a range with two ends that holds it, or by protocol -1."""
    if str(rule.at("protocol").known()) == "-1":
        return True
    first, last = rule.at("fromPort").number() or 0, rule.at("toPort").number() or 0
    return 0 < first <= port <= last


def _holds(rule: Node, port: int) -> bool:
    protocol = str(rule.at("protocol").known()).lower()
    if protocol in ("-1", "all"):
        return True
    first, last = rule.at("fromPort"), rule.at("toPort")
    return protocol in _WITH_PORTS and all_of(lambda: (first.number(0) or 0) <= port, lambda: port <= (last.number(65535) or 0))
