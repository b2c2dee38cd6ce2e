"""E2.2: every replica of a table is encrypted with a key of its region."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


@resource_control(
    id="E2.2",
    title="DynamoDB replicas encrypt with a key of ours",
    severity=Severity.HIGH,
    types=("aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"),
    why="A replica without a key falls back to one of AWS's own, whatever the table itself uses.",
    fix="set kmsKeyArn of the replica to a key of its region.",
)
def table_replicas_encrypted_with_a_key_of_ours(table: Resource) -> Findings:
    """Replicas inside the table, and those that are resources of their own."""
    own = table.type == "aws:dynamodb/tableReplica:TableReplica"
    replicas = [table.root] if own else list(table.each("replicas"))
    if not replicas:
        raise NotApplicable("the table has no replicas")
    return check_each(replicas, _check_replica)


def _check_replica(replica: Node) -> Findings:
    if not replica.at("kmsKeyArn").present():
        yield replica.at("kmsKeyArn").fail("The replica is not encrypted with a key of ours")
