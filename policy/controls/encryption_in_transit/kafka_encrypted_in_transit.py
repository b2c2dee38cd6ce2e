"""T10: Kafka brokers and their clients speak TLS."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource


@resource_control(
    id="T10",
    title="Kafka clusters encrypt between brokers and with clients",
    severity=Severity.HIGH,
    fsbp=("MSK.1",),
    checkov=("CKV_AWS_81",),
    types=("aws:msk/cluster:Cluster",),
    why="Events carry users' data; with TLS_PLAINTEXT a client need only pick the other port to send them in clear.",
    fix="set encryptionInfo.encryptionInTransit to clientBroker TLS and inCluster true.",
)
def kafka_encrypted_in_transit(cluster: Resource) -> Findings:
    """TLS is the default of both. That encryptionInfo is there at all is for encryption at rest to demand (E9)."""
    transit = cluster.at("encryptionInfo", "encryptionInTransit")
    yield from check_each([transit.at("inCluster")], _check_brokers)
    yield from check_each([transit.at("clientBroker")], _check_clients)


def _check_brokers(flag: Node) -> Findings:
    if not flag.flag(default=True):
        yield flag.fail("Brokers send each other plain data")


def _check_clients(mode: Node) -> Findings:
    if mode.text("TLS") != "TLS":
        yield mode.fail("Clients may send plain data")
