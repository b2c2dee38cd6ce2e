"""R10.2: load balancers span zones."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import LOAD_BALANCER

_SEVERAL = 2


@resource_control(
    id="R10.2",
    title="Load balancers span zones",
    severity=Severity.MEDIUM,
    fsbp=("ELB.13",),
    types=LOAD_BALANCER,
    why="In one zone, its loss is the service's.",
    fix="name subnets of at least two zones.",
)
def load_balancers_span_zones(balancer: Resource) -> Findings:
    """Each subnet is of another zone: AWS refuses two of one."""
    whole_list = next(
        (node for node in (balancer.at("subnets"), balancer.at("subnetMappings")) if not node.is_absent), balancer.at("subnets")
    )
    whole_list.known()
    if len(list(whole_list.each())) < _SEVERAL:
        yield whole_list.fail("The load balancer is in fewer than two zones")
