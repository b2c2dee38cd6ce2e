"""N7: traffic to S3 and DynamoDB stays off the internet."""

from guard.control import Env, Severity, stack_control
from guard.endpoints import VPC, endpoints, service
from guard.node import Findings, some
from guard.params import strings
from guard.resource import Resource, Stack


@stack_control(
    id="N7",
    title="VPCs have gateway endpoints",
    severity=Severity.MEDIUM,
    types=(VPC,),
    params=(strings("services", "Services that each VPC must have an endpoint for.", "s3", "dynamodb"),),
    why="Without them objects and items leave through NAT: dear by the gigabyte, and past every policy of an endpoint.",
    fix="add a VpcEndpoint of type Gateway for the service.",
)
def vpc_has_gateway_endpoints(vpc: Resource, stack: Stack, *, env: Env) -> Findings:
    """They cost nothing, so every VPC is asked. One finding for each missing service; an interface endpoint for it will do."""
    present = endpoints(vpc, stack)
    for wanted in env.texts("services"):
        if not some(present, lambda endpoint, wanted=wanted: service(endpoint) == wanted):
            yield vpc.fail(f"No endpoint for {wanted}")
