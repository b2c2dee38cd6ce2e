"""T8.2: caches ask who calls."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource


@resource_control(
    id="T8.2",
    title="Replication groups authenticate their callers",
    severity=Severity.HIGH,
    fsbp=("ElastiCache.6",),
    types=("aws:elasticache/replicationGroup:ReplicationGroup",),
    why="Whoever reaches the port of a cache without users or a token reads and writes everything in it.",
    fix="set userGroupIds to a group of users (or authToken, for engines before Redis 6).",
)
def replication_group_authenticates(group: Resource) -> Findings:
    """Either will do; a token that is secret counts."""
    if not some((group.at("userGroupIds"), group.at("authToken")), lambda node: node.present()):
        yield group.at("userGroupIds").fail("Neither users nor a token are asked for")
