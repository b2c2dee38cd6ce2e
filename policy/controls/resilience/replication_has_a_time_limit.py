"""R8.3: replication has a time limit."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource
from guard.tokens import S3_REPLICATION


@resource_control(
    id="R8.3",
    title="Replication of objects has a time limit",
    severity=Severity.LOW,
    types=S3_REPLICATION,
    why="Without replication time control nobody knows how far the copy is behind, nor is told.",
    fix="set destination.replicationTime to Enabled with 15 minutes, and destination.metrics to Enabled.",
)
def replication_has_a_time_limit(replication: Resource) -> Findings:
    """Disabled rules copy nothing."""
    return check_each(replication.each("rules"), _check_rule)


def _check_rule(rule: Node) -> Findings:
    if rule.at("status").text() == "Enabled" and rule.at("destination", "replicationTime", "status").text() != "Enabled":
        yield rule.at("destination", "replicationTime").fail("The rule has no time limit")
