"""T9.3: HTTPS is not switched off for a search domain."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


def _enforce(domain: Resource) -> Iterator[Edit]:
    if not domain.at("domainEndpointOptions", "enforceHttps").flag(default=True):
        yield Edit(("domainEndpointOptions", "enforceHttps"), True)


@resource_control(
    id="T9.3",
    title="HTTPS is not switched off for search domains",
    severity=Severity.HIGH,
    fsbp=("OpenSearch.8", "ES.8"),
    checkov=("CKV_AWS_83",),
    types=SEARCH_DOMAIN,
    why="Queries and documents would cross the network in clear.",
    fix="set domainEndpointOptions.enforceHttps to true.",
    remediate=_enforce,
)
def search_keeps_https(domain: Resource) -> Findings:
    """Within domainEndpointOptions the provider's default is true; without them see T9.4."""
    if not domain.at("domainEndpointOptions", "enforceHttps").flag(default=True):
        yield domain.at("domainEndpointOptions", "enforceHttps").fail("Plain HTTP is answered")
