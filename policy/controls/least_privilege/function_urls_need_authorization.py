"""I11: function URLs ask who calls."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="I11",
    title="Function URLs need authorization",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_258",),
    types=("aws:lambda/functionUrl:FunctionUrl",),
    why="Anybody who finds the URL runs the code, past WAF and throttling.",
    fix="set authorizationType to AWS_IAM; CloudFront can sign its requests with an origin access control.",
)
def function_urls_need_authorization(url: Resource) -> Findings:
    """The only other type is NONE."""
    if url.at("authorizationType").text() == "NONE":
        yield url.at("authorizationType").fail("The function's URL is open to anybody")
