"""What pulumi-aws 7, built on provider 6, has and provider 5 lacks, as far as the stacks use it.

Such an argument is left out of what the older provider judges; pulumi-aws's own types vouch for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from marquee.conformance.translate import Newer


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorDifference:
    """One difference between the majors."""

    type: str
    """Pulumi's type token; `*` for every type."""
    argument: str
    """Path in Pulumi's names, without the numbers of list elements."""
    since: str
    """Release of the provider that has it, or the month in which that was decided."""
    handled: str
    """What becomes of it with an older provider."""
    link: str


DIFFERENCES: Final = (
    MajorDifference(
        type="*",
        argument="region",
        since="6.0.0",
        handled="becomes an aliased provider of that region, as it was done before",
        link="https://www.hashicorp.com/en/blog/terraform-aws-provider-6-0-now-generally-available",
    ),
    MajorDifference(
        type="aws:cloudwatch/eventArchive:EventArchive",
        argument="kmsKeyIdentifier",
        since="6.2.0",
        handled="is left out: the archive is then encrypted by a key of AWS",
        link="https://github.com/hashicorp/terraform-provider-aws/pull/43139",
    ),
    MajorDifference(
        type="aws:dynamodb/table:Table",
        argument="replicas[].deletionProtectionEnabled",
        since="6.9.0",
        handled="is left out: the replica is then not protected from deletion",
        link="https://github.com/hashicorp/terraform-provider-aws/pull/43240",
    ),
    MajorDifference(
        type="aws:apigateway/restApi:RestApi",
        argument="securityPolicy",
        since="6, June 2026",
        handled="is left out: the API's own address then takes TLS 1.0",
        link="https://github.com/hashicorp/terraform-provider-aws/pull/47973",
    ),
    MajorDifference(
        type="aws:apigateway/restApi:RestApi",
        argument="endpointAccessMode",
        since="6, June 2026",
        handled="is left out, with the security policy that asks for it",
        link="https://github.com/hashicorp/terraform-provider-aws/pull/47973",
    ),
    MajorDifference(
        type="aws:arcregionswitch/plan:Plan",
        argument="",
        since="6, January 2026",
        handled="is left out whole: only the types of pulumi-aws judge it",
        link="https://github.com/hashicorp/terraform-provider-aws/pull/43781",
    ),
)


def unlisted(found: Iterable[Newer]) -> list[Newer]:
    """What is newer than the provider at hand and has no entry in `DIFFERENCES`."""
    listed = {(difference.type, difference.argument) for difference in DIFFERENCES}
    return [entry for entry in found if (entry.type, re.sub(r"\[\d+\]", "[]", entry.argument)) not in listed]
