"""R2: tables are protected against deletion."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings
from guard.places import require_kept_data
from guard.resource import Resource


def _protect(_table: Resource, *, env: Env) -> Iterator[Edit]:
    require_kept_data(env)
    yield Edit(("deletionProtectionEnabled",), True)


@resource_control(
    id="R2",
    title="Tables are protected against deletion",
    severity=Severity.MEDIUM,
    fsbp=("DynamoDB.6",),
    types=("aws:dynamodb/table:Table",),
    why="A slip of the console or of a replacement deletes all items.",
    fix="set deletionProtectionEnabled to true.",
    remediate=_protect,
)
def tables_protected_against_deletion(table: Resource, *, env: Env) -> Findings:
    """A stack whose data goes with it could not be destroyed."""
    require_kept_data(env)
    if not table.at("deletionProtectionEnabled").flag():
        yield table.at("deletionProtectionEnabled").fail("The table can be deleted")
