"""R9: search domains have three masters and span zones."""

from guard.control import Severity, resource_control
from guard.node import Findings, all_of
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN

_MASTERS = 3


@resource_control(
    id="R9",
    title="OpenSearch domains have three dedicated masters",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.11", "ES.7"),
    checkov=("CKV_AWS_318",),
    types=SEARCH_DOMAIN,
    why="With fewer than three masters the loss of one stops the cluster.",
    fix="set clusterConfig.dedicatedMasterCount to 3 and zoneAwarenessEnabled to true.",
)
def search_domains_have_three_masters(domain: Resource) -> Findings:
    """Both together; whether the masters are switched on is R9.3."""
    config = domain.at("clusterConfig")
    if not all_of(lambda: (config.at("dedicatedMasterCount").number() or 0) >= _MASTERS, config.at("zoneAwarenessEnabled").flag):
        yield config.fail("The domain has not three masters across zones")
