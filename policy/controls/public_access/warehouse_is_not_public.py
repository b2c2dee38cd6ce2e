"""P5: no data warehouse has a public address."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _default(warehouse: Resource) -> bool:
    """Clusters were public unless told otherwise before version 6 of the provider under ours, and other stacks still use those."""
    return "redshiftserverless" not in warehouse.type


def _switch_off(warehouse: Resource) -> Iterator[Edit]:
    if warehouse.at("publiclyAccessible").flag(default=_default(warehouse)):
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
    """A cluster has to say so; a serverless workgroup is private unless set."""
    if warehouse.at("publiclyAccessible").flag(default=_default(warehouse)):
        yield warehouse.at("publiclyAccessible").fail("The warehouse has a public address")
