"""E9.2: Kafka clusters are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E9.2",
    title="MSK clusters encrypt with a key of ours",
    severity=Severity.MEDIUM,
    types=("aws:msk/cluster:Cluster",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set encryptionInfo.encryptionAtRestKmsKeyArn before the cluster is created.",
)
def kafka_clusters_encrypted_with_a_key_of_ours(cluster: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not cluster.at("encryptionInfo", "encryptionAtRestKmsKeyArn").present():
        yield cluster.at("encryptionInfo", "encryptionAtRestKmsKeyArn").fail("The cluster is not encrypted with a key of ours")
