"""E3.3: global clusters are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="E3.3",
    title="Global clusters encrypt their storage",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_140",),
    types=("aws:rds/globalCluster:GlobalCluster",),
    why="Every regional cluster inherits the choice, and it cannot be changed later.",
    fix="set storageEncrypted to true before the global cluster is created.",
)
def global_clusters_encrypted(cluster: Resource) -> Findings:
    """A global cluster made from an existing cluster inherits that cluster's encryption."""
    if not cluster.at("sourceDbClusterIdentifier").is_absent:
        raise NotApplicable("the source cluster decides")
    if not cluster.at("storageEncrypted").flag():
        yield cluster.at("storageEncrypted").fail("The global cluster's storage is not encrypted")
