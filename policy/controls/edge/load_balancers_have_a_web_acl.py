"""W1.6: every public application load balancer is behind a web ACL."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource, Stack
from guard.tokens import LOAD_BALANCER

_ASSOCIATIONS: Final = ("aws:wafv2/webAclAssociation:WebAclAssociation", "aws:wafregional/webAclAssociation:WebAclAssociation")


@stack_control(
    id="W1.6",
    title="Public load balancers are behind a web ACL",
    severity=Severity.HIGH,
    fsbp=("ELB.16",),
    checkov=("CKV2_AWS_28",),
    types=LOAD_BALANCER,
    why="Whoever finds the load balancer's own name goes past the CDN and its rules.",
    fix="add a WebAclAssociation whose resourceArn is the load balancer's.",
)
def load_balancers_have_a_web_acl(balancer: Resource, stack: Stack) -> Findings:
    """Internal ones and those of lower layers are not asked: the first see no stranger, the second take no web ACL."""
    if balancer.at("loadBalancerType").text("application") != "application":
        raise NotApplicable("only application load balancers take a web ACL")
    if balancer.at("internal").flag():
        raise NotApplicable("the load balancer is internal")
    if not stack.attached(balancer, _ASSOCIATIONS, "resourceArn", identity="arn"):
        yield balancer.fail("No web ACL stands before the load balancer")
