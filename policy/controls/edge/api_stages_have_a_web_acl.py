"""W1.7: every stage of a public REST API is behind a web ACL."""

from typing import Final

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable, some
from guard.resource import Resource, Stack

_ASSOCIATIONS: Final = ("aws:wafv2/webAclAssociation:WebAclAssociation", "aws:wafregional/webAclAssociation:WebAclAssociation")


@stack_control(
    id="W1.7",
    title="Stages of public REST APIs are behind a web ACL",
    severity=Severity.MEDIUM,
    fsbp=("APIGateway.4",),
    types=("aws:apigateway/stage:Stage",),
    why="An API's own address is public, whatever stands before its custom domain.",
    fix="add a WebAclAssociation whose resourceArn is the stage's.",
)
def api_stages_have_a_web_acl(stage: Resource, stack: Stack) -> Findings:
    """APIs of HTTP and WebSocket (v2) take no web ACL; private ones see no stranger."""
    if some(
        (api.root for api in _apis(stage, stack)),
        lambda api: "PRIVATE" in [kind.text() for kind in api.each("endpointConfiguration", "types")],
    ):
        raise NotApplicable("the API is private")
    if not stack.attached(stage, _ASSOCIATIONS, "resourceArn", identity="arn"):
        yield stage.fail("No web ACL stands before the stage")


def _apis(stage: Resource, stack: Stack) -> list[Resource]:
    urns = stage.property_dependencies.get("restApi", ())
    return [stack.by_urn[urn] for urn in urns if urn in stack.by_urn and stack.by_urn[urn].type == "aws:apigateway/restApi:RestApi"]
