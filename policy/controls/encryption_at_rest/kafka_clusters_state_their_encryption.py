"""E9: Kafka clusters say how they are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E9",
    title="MSK clusters state their encryption",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_81",),
    types=("aws:msk/cluster:Cluster",),
    why="Data at rest then falls back to a key of AWS's own; nor is anything said of data on its way.",
    fix="set encryptionInfo, with encryptionAtRestKmsKeyArn and encryptionInTransit.",
)
def kafka_clusters_state_their_encryption(cluster: Resource) -> Findings:
    """An empty statement takes defaults that encrypt. T10 judges data on its way, E9.2 the key; serverless clusters always encrypt."""
    if cluster.at("encryptionInfo").known() is None:
        yield cluster.at("encryptionInfo").fail("The cluster does not say how it is encrypted")
