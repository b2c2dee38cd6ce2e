"""P3: no database instance has a public address."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource
from guard.tokens import RDS_INSTANCE


def _switch_off(instance: Resource) -> Iterator[Edit]:
    if instance.at("publiclyAccessible").flag():
        yield Edit(("publiclyAccessible",), False)


@resource_control(
    id="P3",
    title="Databases are not publicly accessible",
    severity=Severity.CRITICAL,
    fsbp=("RDS.2",),
    cis=("2.2.3",),
    checkov=("CKV_AWS_17",),
    types=RDS_INSTANCE,
    why="A guessed password or a hole in the engine is then enough from anywhere.",
    fix="set publiclyAccessible to false.",
    remediate=_switch_off,
)
def databases_are_not_public(instance: Resource) -> Findings:
    """Off unless set."""
    if instance.at("publiclyAccessible").flag():
        yield instance.at("publiclyAccessible").fail("The database has a public address")
