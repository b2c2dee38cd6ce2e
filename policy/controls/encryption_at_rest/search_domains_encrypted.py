"""E6: search domains are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="E6",
    title="OpenSearch domains encrypt at rest",
    severity=Severity.HIGH,
    fsbp=("OpenSearch.1", "ES.1"),
    checkov=("CKV_AWS_5",),
    types=SEARCH_DOMAIN,
    why="Indices, snapshots and swap files hold the documents in clear.",
    fix="set encryptAtRest.enabled to true.",
)
def search_domains_encrypted(domain: Resource) -> Findings:
    """Absent means off."""
    if not domain.at("encryptAtRest", "enabled").flag():
        yield domain.at("encryptAtRest", "enabled").fail("The domain is not encrypted at rest")
