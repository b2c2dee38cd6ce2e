"""T8.3: caches take TLS alone."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="T8.3",
    title="Replication groups take TLS alone",
    severity=Severity.MEDIUM,
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="In mode `preferred`, meant for migrations, plain connections are taken as well.",
    fix="set transitEncryptionMode to required.",
)
def replication_group_demands_tls(group: Resource) -> Findings:
    """Absent means required."""
    if not group.at("transitEncryptionEnabled").flag():
        raise NotApplicable("nothing is encrypted in transit, which is T8's")
    if group.at("transitEncryptionMode").text() == "preferred":
        yield group.at("transitEncryptionMode").fail("Plain connections are taken beside TLS")
