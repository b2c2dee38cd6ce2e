"""T3: CloudFront reaches its origins by HTTPS."""

from guard.control import Severity, resource_control
from guard.edge import behaviours, own_origins
from guard.node import Findings, Node, check_each, some
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="T3",
    title="CloudFront reaches its origins by HTTPS",
    severity=Severity.HIGH,
    fsbp=("CloudFront.9",),
    types=DISTRIBUTION,
    why="The viewer's padlock says nothing of the second half of the way, which crosses the internet too.",
    fix="set customOriginConfig.originProtocolPolicy to https-only.",
)
def origins_use_https(distribution: Resource) -> Findings:
    """`match-viewer` is as good as the viewers' own protocol."""
    return check_each(own_origins(distribution), lambda origin: _check_origin(distribution, origin))


def _check_origin(distribution: Resource, origin: Node) -> Findings:
    policy = origin.at("customOriginConfig", "originProtocolPolicy")
    if policy.text() == "match-viewer":
        if some(behaviours(distribution), lambda behaviour: behaviour.at("viewerProtocolPolicy").text() == "allow-all"):
            yield policy.fail("The origin is reached by plain HTTP when the viewer uses it")
    elif policy.text() != "https-only":
        yield policy.fail("The origin is reached by plain HTTP")
