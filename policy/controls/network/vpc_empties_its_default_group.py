"""N3.2: every VPC's default security group is taken over."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings, some
from guard.resource import Resource, Stack

_RULES: Final = (
    ("aws:ec2/securityGroupRule:SecurityGroupRule", "securityGroupId"),
    ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "securityGroupId"),
    ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "securityGroupId"),
)
"""What puts rules into a group from outside, and the property that names the group."""


@stack_control(
    id="N3.2",
    title="Every VPC's default security group is taken over and empty",
    severity=Severity.MEDIUM,
    fsbp=("EC2.2",),
    cis=("5.4",),
    checkov=("CKV2_AWS_12",),
    types=("aws:ec2/vpc:Vpc",),
    why="AWS makes the group with rules in it, which only a DefaultSecurityGroup resource takes away.",
    fix="add a DefaultSecurityGroup without rules for the VPC.",
)
def vpc_empties_its_default_group(vpc: Resource, stack: Stack) -> Findings:
    """Each single rule is N3's; a VPC whose group has any is not safe either way."""
    groups = stack.attached(vpc, ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",), "vpcId", identity="id")
    if not groups:
        yield vpc.fail("The default security group keeps the rules that AWS gave it")
    elif any(stack.attached(group, (type_,), prop, identity="id") for group in groups for type_, prop in _RULES):
        yield vpc.fail("Rules are attached to the default security group")
    elif some((group.at(way) for group in groups for way in ("ingress", "egress")), lambda rules: rules.present()):
        yield vpc.fail("The default security group has rules")
