"""R9.2: search domains span three zones."""

from guard.control import Severity, resource_control
from guard.node import Findings, all_of
from guard.resource import Resource
from guard.tokens import SEARCH_DOMAIN

_ZONES = 3


@resource_control(
    id="R9.2",
    title="OpenSearch domains span three zones",
    severity=Severity.MEDIUM,
    fsbp=("OpenSearch.6", "ES.6"),
    types=SEARCH_DOMAIN,
    why="With two zones the loss of one leaves half the masters, and no majority.",
    fix="set clusterConfig.zoneAwarenessConfig.availabilityZoneCount to 3, and instanceCount to a multiple of it.",
)
def search_domains_span_three_zones(domain: Resource) -> Findings:
    """Two is the provider's default. Multi-AZ with standby is always three."""
    config = domain.at("clusterConfig")
    if config.at("multiAzWithStandbyEnabled").value is True:
        return
    if not all_of(
        config.at("zoneAwarenessEnabled").flag, lambda: config.at("zoneAwarenessConfig", "availabilityZoneCount").number() == _ZONES
    ):
        yield config.at("zoneAwarenessConfig").fail("The domain does not span three zones")
    elif (config.at("instanceCount").number() or 0) < _ZONES:
        yield config.at("instanceCount").fail("There are fewer data nodes than zones")
