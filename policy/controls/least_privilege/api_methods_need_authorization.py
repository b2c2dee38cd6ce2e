"""I10: REST API methods ask who calls."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, all_of
from guard.resource import Resource


@resource_control(
    id="I10",
    title="REST API methods need authorization or an API key",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_59",),
    types=("aws:apigateway/method:Method",),
    why="Anybody who finds the URL can call the backend.",
    fix="set authorization to AWS_IAM, CUSTOM or COGNITO_USER_POOLS.",
)
def api_methods_need_authorization(method: Resource) -> Findings:
    """OPTIONS answers browsers before they have signed in."""
    if method.at("httpMethod").text() == "OPTIONS":
        raise NotApplicable("browsers ask OPTIONS without credentials")
    if all_of(lambda: method.at("authorization").text("NONE") == "NONE", lambda: not method.at("apiKeyRequired").flag()):
        yield method.at("authorization").fail("The method is open to anybody")
