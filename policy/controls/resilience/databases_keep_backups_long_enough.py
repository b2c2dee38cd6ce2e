"""R5.2: databases keep backups long enough."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.params import whole_number
from guard.places import whole
from guard.resource import Resource


def _keep(database: Resource, *, env: Env) -> Iterator[Edit]:
    own = database.at("replicateSourceDb").is_absent
    if own and (database.at("backupRetentionPeriod").number() or 0) < whole(env, "days"):
        yield Edit(("backupRetentionPeriod",), whole(env, "days"))


@resource_control(
    id="R5.2",
    title="Databases keep backups long enough",
    severity=Severity.MEDIUM,
    types=("aws:rds/cluster:Cluster", "aws:rds/instance:Instance"),
    why="What went wrong on a Friday is found after the weekend.",
    fix="set backupRetentionPeriod to 7 days or more.",
    params=(whole_number("days", "Days that backups are kept at least.", 7),),
    remediate=_keep,
)
def databases_keep_backups_long_enough(database: Resource, *, env: Env) -> Findings:
    """Absent means one day for clusters, none for instances. Read replicas have their source's backups."""
    if not database.at("replicateSourceDb").is_absent:
        raise NotApplicable("the source database has the backups")
    if (database.at("backupRetentionPeriod").number() or 0) < whole(env, "days"):
        yield database.at("backupRetentionPeriod").fail("Backups are not kept long enough")
