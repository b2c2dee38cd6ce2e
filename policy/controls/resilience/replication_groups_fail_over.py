"""R7: replication groups fail over."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="R7",
    title="Replication groups fail over by themselves",
    severity=Severity.MEDIUM,
    fsbp=("ElastiCache.3",),
    checkov=("CKV2_AWS_50",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="Losing the primary otherwise means no writes until somebody acts.",
    fix="set automaticFailoverEnabled to true, with at least one replica.",
)
def replication_groups_fail_over(group: Resource) -> Findings:
    """Absent means off."""
    if not group.at("automaticFailoverEnabled").flag():
        yield group.at("automaticFailoverEnabled").fail("The group does not fail over by itself")
