"""E22: Redshift clusters are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E22",
    title="Redshift clusters are encrypted",
    severity=Severity.HIGH,
    fsbp=("Redshift.10",),
    checkov=("CKV_AWS_64",),
    types=("aws:redshift/cluster:Cluster",),
    why="Blocks, metadata and snapshots are copies of all the data.",
    fix="set encrypted to true and kmsKeyId to a key of ours.",
)
def warehouses_encrypted(cluster: Resource) -> Findings:
    """Absent means off."""
    if not cluster.at("encrypted").flag():
        yield cluster.at("encrypted").fail("The cluster is not encrypted")
