"""R5: databases have backups."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource

_MOST = 35
"""Days; more is refused. Source: Amazon RDS API Reference, ModifyDBInstance."""


def _back_up(database: Resource) -> Iterator[Edit]:
    if not database.at("backupRetentionPeriod").is_absent:
        yield Edit(("backupRetentionPeriod",), 7)


@resource_control(
    id="R5",
    title="Databases have automatic backups",
    severity=Severity.HIGH,
    fsbp=("RDS.11",),
    checkov=("CKV_AWS_133",),
    types=("aws:rds/cluster:Cluster", "aws:rds/instance:Instance"),
    why="Without backups there is nothing to restore.",
    fix="set backupRetentionPeriod to between 1 and 35 days.",
    remediate=_back_up,
)
def databases_have_backups(database: Resource) -> Findings:
    """Only what is stated is judged; how long is R5.2."""
    days = database.at("backupRetentionPeriod")
    number = days.number()
    if not days.is_absent and (number is None or not 0 < number <= _MOST):
        yield days.fail("The database has no automatic backups")
