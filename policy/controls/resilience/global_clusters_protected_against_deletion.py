"""R4.2: global clusters are protected against deletion."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings
from guard.places import require_kept_data
from guard.resource import Resource


def _protect(_database: Resource, *, env: Env) -> Iterator[Edit]:
    require_kept_data(env)
    yield Edit(("deletionProtection",), True)


@resource_control(
    id="R4.2",
    title="Global clusters are protected against deletion",
    severity=Severity.MEDIUM,
    types=("aws:rds/globalCluster:GlobalCluster",),
    why="A slip of the console or of a replacement deletes all data.",
    fix="set deletionProtection to true.",
    remediate=_protect,
)
def global_clusters_protected_against_deletion(database: Resource, *, env: Env) -> Findings:
    """A stack whose data goes with it could not be destroyed."""
    require_kept_data(env)
    if not database.at("deletionProtection").flag():
        yield database.at("deletionProtection").fail("The global cluster can be deleted")
