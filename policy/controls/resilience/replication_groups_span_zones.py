"""R7.2: replication groups span zones."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="R7.2",
    title="Replication groups span zones",
    severity=Severity.MEDIUM,
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="Failing over helps nobody if the replica is in the zone that is gone.",
    fix="set multiAzEnabled to true, with at least one replica.",
)
def replication_groups_span_zones(group: Resource) -> Findings:
    """Absent means off."""
    if not group.at("multiAzEnabled").flag():
        yield group.at("multiAzEnabled").fail("The group may be in one zone")
