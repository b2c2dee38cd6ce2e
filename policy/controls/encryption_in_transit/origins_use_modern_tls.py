"""T3.3: CloudFront speaks TLS 1.2 to its origins."""

from guard.control import Severity, resource_control
from guard.edge import own_origins
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="T3.3",
    title="CloudFront speaks TLS 1.2 to its origins",
    severity=Severity.LOW,
    types=DISTRIBUTION,
    why="CloudFront uses the best version that both sides know, so an origin that is talked down to TLS 1.0 gets it.",
    fix="set customOriginConfig.originSslProtocols to TLSv1.2 alone.",
)
def origins_use_modern_tls(distribution: Resource) -> Findings:
    """One finding for each older version; SSLv3 is T3.2's."""
    origins = list(own_origins(distribution))
    if not origins:
        raise NotApplicable("no origin of its own protocol")
    return check_each((version for origin in origins for version in origin.each("customOriginConfig", "originSslProtocols")), _check)


def _check(version: Node) -> Findings:
    if version.text() in ("TLSv1", "TLSv1.1"):
        yield version.fail("A version of TLS before 1.2 is allowed")
