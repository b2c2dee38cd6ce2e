"""P5: no data warehouse has a public address."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _switch_off(warehouse: Resource) -> Iterator[Edit]:
    if warehouse.at("publiclyAccessible").flag():
        yield Edit(("publiclyAccessible",), False)


@resource_control(
    id="P5",
    title="Data warehouses are not publicly accessible",
    severity=Severity.CRITICAL,
    fsbp=("Redshift.1", "RedshiftServerless.3"),
    checkov=("CKV_AWS_87",),
    types=("aws:redshift/cluster:Cluster", "aws:redshiftserverless/workgroup:Workgroup"),
    why="A guessed password or a hole in the engine is then enough from anywhere.",
    fix="set publiclyAccessible to false.",
    remediate=_switch_off,
)
def warehouse_is_not_public(warehouse: Resource) -> Findings:
    """Off unless set, since version 6 of the provider under ours."""
    if warehouse.at("publiclyAccessible").flag():
        yield warehouse.at("publiclyAccessible").fail("The warehouse has a public address")
