"""N7.3: interface endpoints answer the name that callers use anyway."""

from guard.control import Severity, resource_control
from guard.endpoints import VPC_ENDPOINT, is_interface, service
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="N7.3",
    title="Interface endpoints answer the service's own name",
    severity=Severity.MEDIUM,
    types=(VPC_ENDPOINT,),
    why="Without private DNS every SDK keeps calling the public address, and the endpoint is paid for and idle.",
    fix="set privateDnsEnabled to true.",
)
def endpoints_answer_the_services_name(endpoint: Resource) -> Findings:
    """S3 and DynamoDB, whose names the gateway endpoints already route, and partners' services are not asked."""
    if not is_interface(endpoint.root):
        raise NotApplicable("gateways work by routes")
    if service(endpoint.root) in ("", "s3", "dynamodb"):
        raise NotApplicable("the name is not the endpoint's to answer")
    if not endpoint.at("privateDnsEnabled").flag():
        yield endpoint.at("privateDnsEnabled").fail("Callers keep using the public address")
