"""R1: tables can be restored to any second."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _enable(_table: Resource) -> Iterator[Edit]:
    yield Edit(("pointInTimeRecovery", "enabled"), True)


@resource_control(
    id="R1",
    title="Tables have point-in-time recovery",
    severity=Severity.HIGH,
    fsbp=("DynamoDB.2",),
    checkov=("CKV_AWS_28",),
    types=("aws:dynamodb/table:Table",),
    why="A bad deployment that writes nonsense is replicated within a second; only recovery undoes it.",
    fix="set pointInTimeRecovery.enabled to true.",
    remediate=_enable,
)
def tables_restorable_to_any_second(table: Resource) -> Findings:
    """Absent means off."""
    if not table.at("pointInTimeRecovery", "enabled").flag():
        yield table.at("pointInTimeRecovery", "enabled").fail("The table cannot be restored to a point in time")
