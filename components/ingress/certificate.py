"""A public ACM certificate, proved by DNS records in the public zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.refs import ZoneRef


@dataclass(frozen=True, kw_only=True)
class ValidatedCertificateArgs:
    """Arguments of `ValidatedCertificate`."""

    zone: ZoneRef
    domain_names: Sequence[str]
    """At least one; the first is the certificate's own name. No two certificates of a stack may share a name: they would
    both own its validation record."""


class ValidatedCertificate(ComponentResource):
    """A certificate whose ARN is there only once it is issued, so that no listener ever starts without it."""

    arn: Output[str]

    def __init__(self, name: str, args: ValidatedCertificateArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:ValidatedCertificate", name, {}, opts)
        child = ResourceOptions(parent=self)
        certificate = aws.acm.Certificate(
            name,
            domain_name=args.domain_names[0],
            subject_alternative_names=list(args.domain_names[1:]),
            validation_method="DNS",
            options={"certificate_transparency_logging_preference": "ENABLED"},
            opts=child,
        )
        records = [
            aws.route53.Record(
                f"{name}-{domain}",
                zone_id=args.zone.id,
                name=_option(certificate, domain, "resource_record_name"),
                type=_option(certificate, domain, "resource_record_type"),
                records=[_option(certificate, domain, "resource_record_value")],
                ttl=300,  # seconds
                # ACM asks for the same record again when the certificate is renewed or made anew.
                allow_overwrite=True,
                opts=child,
            )
            for domain in args.domain_names
        ]
        issued = aws.acm.CertificateValidation(
            name, certificate_arn=certificate.arn, validation_record_fqdns=[record.fqdn for record in records], opts=child
        )
        self.arn = issued.certificate_arn
        self.register_outputs({"arn": self.arn})


def _option(certificate: aws.acm.Certificate, domain: str, field: str) -> Output[Any]:
    """A field of the validation option for `domain`: ACM lists them in no promised order.

    Stand-in providers may not echo the names; any option will do for them.
    """

    def pick(options: Sequence[Any] | None) -> Any:
        named = [option for option in options or () if option.get("domain_name") == domain]
        chosen = [*named, *(options or ())][:1]
        return chosen[0].get(field) if chosen else None

    return certificate.domain_validation_options.apply(pick)
