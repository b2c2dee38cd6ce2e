"""I10.2: HTTP and WebSocket API routes ask who calls."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="I10.2",
    title="HTTP and WebSocket API routes need authorization",
    severity=Severity.HIGH,
    fsbp=("APIGateway.8",),
    checkov=("CKV_AWS_309",),
    types=("aws:apigatewayv2/route:Route",),
    why="Anybody who finds the URL can call the backend.",
    fix="set authorizationType to AWS_IAM, JWT or CUSTOM.",
)
def api_routes_need_authorization(route: Resource) -> Findings:
    """API Gateway asks a WebSocket's caller once, at $connect; it takes no authorizer at $disconnect."""
    if route.at("routeKey").value == "$disconnect":
        raise NotApplicable("a WebSocket's caller was authorized at $connect")
    if route.at("authorizationType").text("NONE") not in ("AWS_IAM", "CUSTOM", "JWT"):
        yield route.at("authorizationType").fail("The route is open to anybody")
