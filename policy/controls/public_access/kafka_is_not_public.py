"""P9: no Kafka broker has a public address."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="P9",
    title="Kafka brokers are not publicly accessible",
    severity=Severity.CRITICAL,
    fsbp=("MSK.4",),
    checkov=("CKV_AWS_291",),
    types=("aws:msk/cluster:Cluster",),
    why="Every event of every user would be one stolen certificate away from anywhere.",
    fix="set brokerNodeGroupInfo.connectivityInfo.publicAccess.type to DISABLED.",
)
def kafka_is_not_public(cluster: Resource) -> Findings:
    """Off unless set."""
    kind = cluster.at("brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type")
    if kind.text("DISABLED") != "DISABLED":
        yield kind.fail("Brokers have public addresses")
