"""P4: search domains live inside a VPC."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="P4",
    title="Search domains live inside a VPC",
    severity=Severity.HIGH,
    fsbp=("OpenSearch.2", "ES.2"),
    checkov=("CKV_AWS_137",),
    types=SEARCH_DOMAIN,
    why="Outside, one access policy is all there is between an index and the internet.",
    fix="set vpcOptions.subnetIds and securityGroupIds.",
)
def search_is_inside_a_vpc(domain: Resource) -> Findings:
    """A domain cannot move in later: it has to be made anew."""
    if not domain.at("vpcOptions").present():
        yield domain.at("vpcOptions").fail("The domain's endpoint is public")
