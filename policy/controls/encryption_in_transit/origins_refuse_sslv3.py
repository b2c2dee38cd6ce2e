"""T3.2: CloudFront never speaks SSLv3 to an origin."""

from guard.control import Severity, resource_control
from guard.edge import own_origins
from guard.node import Findings, Node, NotApplicable, check_each, some
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="T3.2",
    title="CloudFront never speaks SSLv3 to an origin",
    severity=Severity.MEDIUM,
    fsbp=("CloudFront.10",),
    checkov=("CKV2_AWS_54",),
    types=DISTRIBUTION,
    why="SSLv3 is broken (POODLE): whoever sits on the way can fall back to it and read what is sent.",
    fix="drop SSLv3 from customOriginConfig.originSslProtocols.",
)
def origins_refuse_sslv3(distribution: Resource) -> Findings:
    """TLS 1.0 and 1.1 are T3.3's."""
    origins = list(own_origins(distribution))
    if not origins:
        raise NotApplicable("no origin of its own protocol")
    return check_each(origins, _check_origin)


def _check_origin(origin: Node) -> Findings:
    if some(origin.each("customOriginConfig", "originSslProtocols"), lambda version: version.text() == "SSLv3"):
        yield origin.at("customOriginConfig", "originSslProtocols").fail("SSLv3 is allowed")
