"""T9.4: a search domain says that it enforces HTTPS."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


def _enforce(domain: Resource) -> Iterator[Edit]:
    if not domain.at("domainEndpointOptions").present():
        yield Edit(("domainEndpointOptions", "enforceHttps"), True)


@resource_control(
    id="T9.4",
    title="Search domains have endpoint options",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.8", "ES.8"),
    types=SEARCH_DOMAIN,
    why="A domain made without domainEndpointOptions answers plain HTTP.",
    fix="set domainEndpointOptions.enforceHttps to true.",
    remediate=_enforce,
)
def search_says_it_enforces_https(domain: Resource) -> Findings:
    """The provider sends its own default, true, only with the rest of the options."""
    if not domain.at("domainEndpointOptions").present():
        yield domain.at("domainEndpointOptions").fail("Without endpoint options plain HTTP is answered")
