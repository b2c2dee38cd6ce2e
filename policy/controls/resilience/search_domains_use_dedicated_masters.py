"""R9.3: search domains use their dedicated masters."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN


@resource_control(
    id="R9.3",
    title="OpenSearch domains use dedicated masters",
    severity=Severity.MEDIUM,
    types=SEARCH_DOMAIN,
    why="A count of masters does nothing while they are off; data nodes under load then lose the cluster's state.",
    fix="set clusterConfig.dedicatedMasterEnabled to true.",
)
def search_domains_use_dedicated_masters(domain: Resource) -> Findings:
    """Absent means off."""
    if not domain.at("clusterConfig", "dedicatedMasterEnabled").flag():
        yield domain.at("clusterConfig", "dedicatedMasterEnabled").fail("Dedicated masters are off")
