"""T2.2: a distribution shows a certificate of its own."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource
from guard.tokens import DISTRIBUTION


@resource_control(
    id="T2.2",
    title="Distributions show a certificate of their own",
    severity=Severity.MEDIUM,
    fsbp=("CloudFront.7",),
    types=DISTRIBUTION,
    why="Under the certificate of *.cloudfront.net CloudFront takes TLS 1.0, whatever minimum is set, and no domain can move elsewhere.",
    fix="set viewerCertificate.acmCertificateArn to a certificate in us-east-1.",
)
def viewers_see_own_certificate(distribution: Resource) -> Findings:
    """From ACM or from IAM."""
    certificate = distribution.at("viewerCertificate")
    if not some((certificate.at("acmCertificateArn"), certificate.at("iamCertificateId")), lambda node: node.present()):
        yield certificate.fail("The distribution has no certificate of its own")
