"""T10: Kafka clusters say that they encrypt, and take nothing but TLS."""

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
    """TLS is the default of both, but encryptionInfo has to be there."""
    if not cluster.at("encryptionInfo").present():
        yield cluster.at("encryptionInfo").fail("The cluster does not say how it encrypts")
        return
    transit = cluster.at("encryptionInfo", "encryptionInTransit")
    yield from check_each([transit.at("inCluster")], _check_brokers)
    yield from check_each([transit.at("clientBroker")], _check_clients)


def _check_brokers(flag: Node) -> Findings:
    if not flag.flag(default=True):
        yield flag.fail("Brokers send each other plain data")


def _check_clients(mode: Node) -> Findings:
    if mode.text("TLS") != "TLS":
        yield mode.fail("Clients may send plain data")
