"""R4.4: databases leave a last snapshot."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.places import require_kept_data
from guard.resource import Resource


@resource_control(
    id="R4.4",
    title="Databases leave a last snapshot",
    severity=Severity.MEDIUM,
    types=("aws:rds/cluster:Cluster", "aws:rds/instance:Instance"),
    why="The snapshot is what is left when the deletion was a mistake.",
    fix="set skipFinalSnapshot to false and finalSnapshotIdentifier.",
)
def databases_leave_a_last_snapshot(database: Resource, *, env: Env) -> Findings:
    """A snapshot without a name makes the deletion fail, so that both are asked for. Replicas take none."""
    require_kept_data(env)
    if not database.at("replicateSourceDb").is_absent:
        raise NotApplicable("the source database takes the snapshot")
    if database.at("skipFinalSnapshot").flag():
        yield database.at("skipFinalSnapshot").fail("The database is deleted without a snapshot")
    elif not database.at("finalSnapshotIdentifier").present():
        yield database.at("finalSnapshotIdentifier").fail("The last snapshot has no name, so that it cannot be taken")
