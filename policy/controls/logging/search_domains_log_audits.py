"""L9: search domains log audits."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, all_of, some
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="L9",
    title="OpenSearch domains log audits",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.5", "ES.5"),
    checkov=("CKV_AWS_317",),
    types=SEARCH_DOMAIN,
    why="Without it nobody can tell who read or changed which documents.",
    fix="add a log publishing option with logType AUDIT_LOGS, enabled true, and a log group.",
)
def search_domains_log_audits(domain: Resource) -> Findings:
    """The flag must be stated."""
    if not some(domain.each("logPublishingOptions"), _is_audit):
        yield domain.at("logPublishingOptions").fail("Audits are not logged")


def _is_audit(option: Node) -> bool:
    return all_of(lambda: option.at("logType").text() == "AUDIT_LOGS", option.at("enabled").flag)
