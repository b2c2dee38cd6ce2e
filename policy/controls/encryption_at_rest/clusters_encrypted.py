"""E3: database clusters are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E3",
    title="Database clusters encrypt their storage",
    severity=Severity.HIGH,
    fsbp=("RDS.27",),
    checkov=("CKV_AWS_96",),
    types=("aws:rds/cluster:Cluster",),
    why="Storage, snapshots and logs of an unencrypted cluster can be read from a copy; encrypting it later means a new cluster.",
    fix="set storageEncrypted to true before the cluster is created.",
)
def clusters_encrypted(cluster: Resource) -> Findings:
    """Aurora Serverless version 1 is always encrypted."""
    if cluster.at("engineMode").value == "serverless":
        return
    if not cluster.at("storageEncrypted").flag():
        yield cluster.at("storageEncrypted").fail("The cluster's storage is not encrypted")
