"""N3: the VPC's default security group lets nothing through."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource
from guard.values import SECRET, UNKNOWN, Value, as_list, as_object


def _empty(group: Resource) -> Iterator[Edit]:
    for way in ("ingress", "egress"):
        if _is_readable(group.at(way).value) and group.at(way).present():
            yield Edit((way,), [])


def _is_readable(value: Value) -> bool:
    """Whether no part of it is unknown or secret: a remediation overwrites neither."""
    if value is UNKNOWN or value is SECRET:
        return False
    parts = as_list(value) or list((as_object(value) or {}).values())
    return all(_is_readable(part) for part in parts)


@resource_control(
    id="N3",
    title="The default security group lets nothing through",
    severity=Severity.HIGH,
    fsbp=("EC2.2",),
    cis=("5.4",),
    checkov=("CKV2_AWS_12",),
    types=("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",),
    why="What is launched without a group gets this one, and with its rules a way to everything else that has it.",
    fix="remove the rules of the DefaultSecurityGroup.",
    remediate=_empty,
)
def default_group_has_no_rules(group: Resource) -> Findings:
    """One finding for each rule."""
    for way in ("ingress", "egress"):
        yield from check_each(group.each(way), _check_rule)


def _check_rule(rule: Node) -> Findings:
    if rule.present():
        yield rule.fail("The default group has a rule")
