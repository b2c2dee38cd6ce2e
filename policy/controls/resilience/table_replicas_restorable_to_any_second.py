"""R1.2: every replica of a table can be restored to any second."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


def _enable(table: Resource) -> Iterator[Edit]:
    if table.type == "aws:dynamodb/tableReplica:TableReplica":
        yield Edit(("pointInTimeRecovery",), True)
    for index, _ in enumerate(table.each("replicas")):
        yield Edit(("replicas", index, "pointInTimeRecovery"), True)


@resource_control(
    id="R1.2",
    title="Replicas have point-in-time recovery",
    severity=Severity.MEDIUM,
    types=("aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"),
    why="Recovery is set replica by replica: after losing the table's region a replica without it has no past.",
    fix="set pointInTimeRecovery to true for each replica.",
    remediate=_enable,
)
def table_replicas_restorable_to_any_second(table: Resource) -> Findings:
    """Replicas inside the table, and those that are resources of their own."""
    own = table.type == "aws:dynamodb/tableReplica:TableReplica"
    replicas = [table.root] if own else list(table.each("replicas"))
    if not replicas:
        raise NotApplicable("the table has no replicas")
    return check_each(replicas, _check_replica)


def _check_replica(replica: Node) -> Findings:
    if not replica.at("pointInTimeRecovery").flag():
        yield replica.at("pointInTimeRecovery").fail("The replica cannot be restored to a point in time")
