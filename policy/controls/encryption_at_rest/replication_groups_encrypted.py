"""E5: replication groups are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E5",
    title="Replication groups encrypt at rest",
    severity=Severity.HIGH,
    fsbp=("ElastiCache.4",),
    checkov=("CKV_AWS_29",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="Sessions and whatever else is cached end up on disk, in swap and in snapshots.",
    fix="set atRestEncryptionEnabled to true before the group is created.",
)
def replication_groups_encrypted(group: Resource) -> Findings:
    """Absent means off."""
    if not group.at("atRestEncryptionEnabled").flag():
        yield group.at("atRestEncryptionEnabled").fail("Data at rest is not encrypted")
