"""ACM certificates and the wait for their validation."""

import time
from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads
from marquee.errors import MarqueeError

_WAIT_SECONDS = 10.0
"""AWS takes minutes; an emulator that has not issued by then never will."""


@creates("aws:acm/certificate:Certificate")
def certificate(aws: Aws, given: Inputs) -> Made:
    """A certificate that waits for its validation; its id is its ARN."""
    arn = aws.call("acm", "request_certificate", given)["CertificateArn"]
    return arn, certificate_state(aws, arn)


@reads("aws:acm/certificate:Certificate")
def certificate_state(aws: Aws, id: str) -> Outputs:
    """A certificate as ACM describes it, with the record that proves each domain."""
    found = aws.client("acm").describe_certificate(CertificateArn=id)["Certificate"]
    options = found.get("DomainValidationOptions", [])
    return {
        "arn": id,
        "domainValidationOptions": [_option(item) for item in options if "ResourceRecord" in item],
        "validationEmails": [],
        "renewalEligibility": found.get("RenewalEligibility", "INELIGIBLE"),
        **pick(found, "DomainName", "SubjectAlternativeNames", "KeyAlgorithm", "Status", type="Type"),
    }


@creates("aws:acm/certificateValidation:CertificateValidation")
def certificate_validation(aws: Aws, given: Inputs) -> Made:
    """No call of its own: the provider checks that a record stands for each domain, and waits until the certificate is issued."""
    arn, acm = str(given["certificateArn"]), aws.client("acm")
    found = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    proofs = {item["ResourceRecord"]["Name"].rstrip(".") for item in found["DomainValidationOptions"] if "ResourceRecord" in item}
    missing = proofs - {name.rstrip(".") for name in given.get("validationRecordFqdns", proofs)}
    if missing:
        raise MarqueeError(f"no validation record for {', '.join(sorted(missing))}", fix="Pass validation_record_fqdns for every domain.")
    end = time.monotonic() + _WAIT_SECONDS
    while found["Status"] != "ISSUED":
        if time.monotonic() > end:
            raise MarqueeError(f"the certificate is still {found['Status']} after {_WAIT_SECONDS:.0f} s")
        time.sleep(0.1)
        found = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    return found["IssuedAt"].strftime("%Y-%m-%d %H:%M:%S +0000 UTC"), {}


def _option(item: dict[str, Any]) -> Outputs:
    record = item["ResourceRecord"]
    return {
        "domainName": item["DomainName"],
        "resourceRecordName": record["Name"],
        "resourceRecordType": record["Type"],
        "resourceRecordValue": record["Value"],
    }
