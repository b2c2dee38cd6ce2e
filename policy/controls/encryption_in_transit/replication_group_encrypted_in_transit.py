"""T8: caches are spoken to by TLS."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="T8",
    title="Replication groups encrypt in transit",
    severity=Severity.HIGH,
    fsbp=("ElastiCache.5",),
    checkov=("CKV_AWS_30",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="Sessions and tokens cross the network in clear, and nodes copy them to each other so.",
    fix="set transitEncryptionEnabled to true.",
)
def replication_group_encrypted_in_transit(group: Resource) -> Findings:
    """Off unless set."""
    if not group.at("transitEncryptionEnabled").flag():
        yield group.at("transitEncryptionEnabled").fail("Data in transit is not encrypted")
