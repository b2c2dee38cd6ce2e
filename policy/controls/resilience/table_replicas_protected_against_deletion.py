"""R2.2: replicas of tables are protected against deletion."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.places import require_kept_data
from guard.resource import Resource


def _protect(table: Resource, *, env: Env) -> Iterator[Edit]:
    require_kept_data(env)
    if table.type == "aws:dynamodb/tableReplica:TableReplica":
        yield Edit(("deletionProtectionEnabled",), True)
    for index, _ in enumerate(table.each("replicas")):
        yield Edit(("replicas", index, "deletionProtectionEnabled"), True)


@resource_control(
    id="R2.2",
    title="Replicas are protected against deletion",
    severity=Severity.MEDIUM,
    types=("aws:dynamodb/table:Table", "aws:dynamodb/tableReplica:TableReplica"),
    why="Protection is set replica by replica: a region that is to survive must not be deleted by a slip.",
    fix="set deletionProtectionEnabled to true for each replica.",
    remediate=_protect,
)
def table_replicas_protected_against_deletion(table: Resource, *, env: Env) -> Findings:
    """A stack whose data goes with it could not be destroyed."""
    require_kept_data(env)
    own = table.type == "aws:dynamodb/tableReplica:TableReplica"
    replicas = [table.root] if own else list(table.each("replicas"))
    if not replicas:
        raise NotApplicable("the table has no replicas")
    return check_each(replicas, _check_replica)


def _check_replica(replica: Node) -> Findings:
    if not replica.at("deletionProtectionEnabled").flag():
        yield replica.at("deletionProtectionEnabled").fail("The replica can be deleted")
