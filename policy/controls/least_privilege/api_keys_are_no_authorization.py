"""I10.3: an API key alone does not authorize."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="I10.3",
    title="An API key alone opens no REST API method",
    severity=Severity.MEDIUM,
    types=("aws:apigateway/method:Method",),
    why="API keys meter use: they are long-lived, travel in a header, and name no caller.",
    fix="set authorization to AWS_IAM, CUSTOM or COGNITO_USER_POOLS beside the key.",
)
def api_keys_are_no_authorization(method: Resource) -> Findings:
    """For methods that ask for a key; those that ask for nothing are I10."""
    if method.at("httpMethod").value == "OPTIONS" or not method.at("apiKeyRequired").flag():
        raise NotApplicable("the method asks for no API key")
    if method.at("authorization").text() == "NONE":
        yield method.at("authorization").fail("An API key is all that the method asks for")
