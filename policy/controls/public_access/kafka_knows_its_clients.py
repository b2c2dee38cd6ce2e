"""P9.2: Kafka takes no anonymous client."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, some
from guard.resource import Resource


@resource_control(
    id="P9.2",
    title="Kafka clusters know their clients",
    severity=Severity.HIGH,
    fsbp=("MSK.6",),
    types=("aws:msk/cluster:Cluster",),
    why="Whoever reaches a broker could read and write every topic.",
    fix="set clientAuthentication.sasl.iam to true and leave unauthenticated out.",
)
def kafka_knows_its_clients(cluster: Resource) -> Findings:
    """A cluster that names no kind of authentication lets anonymous clients in."""
    authentication = cluster.at("clientAuthentication")
    if authentication.at("unauthenticated").flag():
        yield authentication.at("unauthenticated").fail("Anonymous clients are let in")
    elif not some(_kinds(authentication), lambda kind: kind.present() and kind.value is not False):
        yield authentication.fail("No kind of authentication is asked for")


def _kinds(authentication: Node) -> tuple[Node, ...]:
    return (
        authentication.at("sasl", "iam"),
        authentication.at("sasl", "scram"),
        authentication.at("tls", "certificateAuthorityArns"),
    )
