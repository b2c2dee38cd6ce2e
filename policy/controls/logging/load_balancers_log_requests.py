"""L3: load balancers log requests."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource
from guard.tokens import LOAD_BALANCER


@resource_control(
    id="L3",
    title="Load balancers log requests",
    severity=Severity.MEDIUM,
    fsbp=("ELB.5",),
    checkov=("CKV_AWS_91",),
    types=LOAD_BALANCER,
    why="Without it nobody can tell who asked for what, and what failed.",
    fix="set accessLogs to enabled with a bucket that lets Elastic Load Balancing write.",
)
def load_balancers_log_requests(balancer: Resource) -> Findings:
    """The provider's default is off, even if a bucket is named."""
    if balancer.at("loadBalancerType").value == "gateway":
        raise NotApplicable("gateway load balancers write no such logs")
    if not balancer.at("accessLogs", "enabled").flag():
        yield balancer.at("accessLogs", "enabled").fail("Requests are not logged")
