"""N9: no rule of a network access list lets in every port."""

from typing import Final

from guard.acl import ACL_RULE
from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource

_WITHOUT_PORTS: Final = frozenset({"icmp", "1", "icmpv6", "58"})


@resource_control(
    id="N9",
    title="Rules of network access lists name their ports",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_352",),
    types=(ACL_RULE,),
    why="A list that lets every port in stops nothing on the day a security group is opened by mistake.",
    fix="set protocol, fromPort and toPort to what the subnets serve.",
)
def acl_rules_name_their_ports(rule: Resource) -> Findings:
    """Whatever the source; ICMP has no ports, and what is denied lets nothing in."""
    if rule.at("egress").flag():
        raise NotApplicable("the rule is for what leaves")
    if str(rule.at("protocol").known()).lower() in _WITHOUT_PORTS:
        raise NotApplicable("ICMP has no ports")
    if rule.at("ruleAction").text().lower() == "deny":
        raise NotApplicable("the rule lets nothing in")
    if not rule.at("fromPort").number():
        yield rule.at("fromPort").fail("The rule lets every port in")
