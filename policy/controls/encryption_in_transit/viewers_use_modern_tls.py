"""T2: viewers need TLS 1.2 at least."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import DISTRIBUTION

_MODERN: Final = frozenset({"TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"})


@resource_control(
    id="T2",
    title="Distributions demand TLS 1.2",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_174",),
    types=DISTRIBUTION,
    why="TLS 1.0 and 1.1 have known weaknesses; CloudFront's own certificate, without a minimum, still takes them.",
    fix="give the distribution a certificate of its own and set viewerCertificate.minimumProtocolVersion to TLSv1.2_2021.",
)
def viewers_use_modern_tls(distribution: Resource) -> Findings:
    """CloudFront ignores the minimum under its default certificate."""
    default = distribution.at("viewerCertificate", "cloudfrontDefaultCertificate")
    if not default.is_unreadable and default.flag():
        yield default.fail("CloudFront's own certificate takes TLS older than 1.2")
        return
    minimum = distribution.at("viewerCertificate", "minimumProtocolVersion")
    if minimum.text() not in _MODERN:
        yield minimum.fail("Viewers may use TLS older than 1.2")
    default.known()
