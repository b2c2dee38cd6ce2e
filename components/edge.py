"""The edge, as far as it goes today: the certificate that viewers will see."""

from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions

from components.ingress.certificate import ValidatedCertificate, ValidatedCertificateArgs
from components.refs import ZoneRef


@dataclass(frozen=True, kw_only=True)
class EdgeArgs:
    """Arguments of `Edge`."""

    zone: ZoneRef


class Edge(ComponentResource):
    """What viewers meet first. Give it the provider of us-east-1: CloudFront takes a certificate from nowhere else."""

    certificate_arn: Output[str]

    def __init__(self, name: str, args: EdgeArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Edge", name, {}, opts)
        self.certificate_arn = ValidatedCertificate(
            f"{name}-certificate",
            ValidatedCertificateArgs(zone=args.zone, domain_names=[f"media.{args.zone.domain}", f"api.{args.zone.domain}"]),
            opts=ResourceOptions(parent=self),
        ).arn
        self.register_outputs({"certificate_arn": self.certificate_arn})
