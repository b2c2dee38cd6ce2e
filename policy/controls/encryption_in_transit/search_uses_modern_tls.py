"""T9.5: search domains demand TLS 1.2."""

from collections.abc import Iterator
from typing import Final

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN

_MODERN: Final = frozenset({"Policy-Min-TLS-1-2-2019-07", "Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"})
_BEST: Final = "Policy-Min-TLS-1-2-PFS-2023-10"


def _set_policy(domain: Resource) -> Iterator[Edit]:
    if domain.at("domainEndpointOptions", "tlsSecurityPolicy").text() not in _MODERN:
        # The older Elasticsearch API does not know the policy with forward secrecy.
        yield Edit(("domainEndpointOptions", "tlsSecurityPolicy"), _BEST if "opensearch" in domain.type else "Policy-Min-TLS-1-2-2019-07")


@resource_control(
    id="T9.5",
    title="Search domains demand TLS 1.2",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.8", "ES.8"),
    checkov=("CKV_AWS_228",),
    types=SEARCH_DOMAIN,
    why="Unless told otherwise a domain takes TLS 1.0.",
    fix="set domainEndpointOptions.tlsSecurityPolicy to Policy-Min-TLS-1-2-PFS-2023-10.",
    remediate=_set_policy,
)
def search_uses_modern_tls(domain: Resource) -> Findings:
    """The policy without forward secrecy will do."""
    policy = domain.at("domainEndpointOptions", "tlsSecurityPolicy")
    if policy.text() not in _MODERN:
        yield policy.fail("Callers may use TLS older than 1.2")
