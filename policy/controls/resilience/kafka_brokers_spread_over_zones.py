"""R9.4: Kafka brokers spread evenly over zones."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource

_SEVERAL = 2


@resource_control(
    id="R9.4",
    title="MSK brokers spread evenly over zones",
    severity=Severity.MEDIUM,
    types=("aws:msk/cluster:Cluster",),
    why="AWS refuses an uneven spread; and with fewer than two zones their loss is the cluster's.",
    fix="give subnets of three zones, and a multiple of their number as numberOfBrokerNodes.",
)
def kafka_brokers_spread_over_zones(cluster: Resource) -> Findings:
    """Each client subnet is a zone. Source: Amazon MSK Developer Guide, Create a cluster."""
    subnets = len(list(cluster.each("brokerNodeGroupInfo", "clientSubnets")))
    if cluster.at("brokerNodeGroupInfo", "clientSubnets").is_unreadable:
        cluster.at("brokerNodeGroupInfo", "clientSubnets").known()
    if subnets < _SEVERAL:
        yield cluster.at("brokerNodeGroupInfo", "clientSubnets").fail("The brokers are in one zone")
    elif int(cluster.at("numberOfBrokerNodes").number() or 0) % subnets:
        yield cluster.at("numberOfBrokerNodes").fail("The brokers are not a multiple of the zones")
