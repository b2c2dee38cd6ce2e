"""The name that every region's API answers to, and a certificate for it in each."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.ingress.certificate import ValidatedCertificate, ValidatedCertificateArgs
from components.refs import ZoneRef


@dataclass(frozen=True, kw_only=True)
class ApiNameArgs:
    """Arguments of `ApiName`."""

    zone: ZoneRef
    home: str
    """The primary region."""
    providers: Mapping[str, aws.Provider]
    """Region → its provider, for the stack's own regions."""


class ApiName(ComponentResource):
    """`api-origin.<domain>`. CloudFront turns from a failing origin to the next for GET and HEAD alone, and playback starts with a POST: so
    there is one origin, and DNS leads its name to a region that works.

    One record proves the name in all regions: ACM asks an account for the same one everywhere.
    Source: AWS Certificate Manager User Guide, "DNS validation".
    """

    domain_name: str
    certificates: Mapping[str, Output[str]]
    """Region → ARN of an issued certificate."""

    def __init__(self, name: str, args: ApiNameArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:ApiName", name, {}, opts)
        self.domain_name = origin_name(args.zone.domain)
        first = ValidatedCertificate(
            f"{name}-{args.home}",
            ValidatedCertificateArgs(zone=args.zone, domain_names=[self.domain_name]),
            opts=ResourceOptions(parent=self),
        )
        self.certificates = {args.home: first.arn}
        for region, provider in args.providers.items():
            if region == args.home:
                continue
            there = ResourceOptions(parent=self, provider=provider)
            certificate = aws.acm.Certificate(
                f"{name}-{region}",
                domain_name=self.domain_name,
                validation_method="DNS",
                options={"certificate_transparency_logging_preference": "ENABLED"},
                opts=ResourceOptions(parent=self, provider=provider, depends_on=[first]),
            )
            issued = aws.acm.CertificateValidation(f"{name}-{region}", certificate_arn=certificate.arn, opts=there)
            self.certificates = {**self.certificates, region: issued.certificate_arn}
        self.register_outputs({})


def origin_name(domain: str) -> str:
    """The name, known before anything is made."""
    return f"api-origin.{domain}"
