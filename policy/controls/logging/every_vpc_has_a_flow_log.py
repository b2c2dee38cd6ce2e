"""L2: every VPC has a flow log."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack

FLOW_LOG = ("aws:ec2/flowLog:FlowLog",)


@stack_control(
    id="L2",
    title="Every VPC has a flow log",
    severity=Severity.MEDIUM,
    fsbp=("EC2.6",),
    cis=("3.7",),
    checkov=("CKV2_AWS_11",),
    types=("aws:ec2/vpc:Vpc",),
    why="Without it nobody can tell who talked to whom.",
    fix="attach a FlowLog to the VPC by its vpcId.",
)
def every_vpc_has_a_flow_log(vpc: Resource, stack: Stack) -> Findings:
    """Flow logs of subnets and interfaces cover only part of a VPC."""
    if not stack.attached(vpc, FLOW_LOG, "vpcId"):
        yield vpc.fail("No flow log is attached to the VPC")
