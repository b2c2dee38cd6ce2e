"""L6: stages of APIs log requests."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="L6",
    title="API stages log requests",
    severity=Severity.MEDIUM,
    fsbp=("APIGateway.9",),
    checkov=("CKV_AWS_76",),
    types=("aws:apigateway/stage:Stage", "aws:apigatewayv2/stage:Stage"),
    why="Without it nobody can tell who asked for what, and what failed.",
    fix="set accessLogSettings.destinationArn to a log group, and a format.",
)
def api_stages_log_requests(stage: Resource) -> Findings:
    """REST, HTTP and WebSocket APIs alike."""
    if not stage.at("accessLogSettings", "destinationArn").present():
        yield stage.at("accessLogSettings", "destinationArn").fail("Requests are not logged")
