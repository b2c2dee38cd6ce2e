"""L8: database clusters export their logs."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, some
from guard.resource import Resource

_EXPORTS = {
    "aurora-mysql": ["audit", "error", "slowquery"],
    "aurora-postgresql": ["postgresql"],
    "mysql": ["audit", "error", "slowquery"],
    "postgres": ["postgresql", "upgrade"],
}


def _export(cluster: Resource) -> Iterator[Edit]:
    engine = cluster.at("engine").text()
    if engine in _EXPORTS and not some(cluster.each("enabledCloudwatchLogsExports"), Node.present):
        yield Edit(("enabledCloudwatchLogsExports",), _EXPORTS[engine])


@resource_control(
    id="L8",
    title="Database clusters export their logs",
    severity=Severity.MEDIUM,
    fsbp=("RDS.34",),
    checkov=("CKV_AWS_324",),
    types=("aws:rds/cluster:Cluster",),
    why="Logs on the instance are gone with it, and nobody is alarmed by them.",
    fix="set enabledCloudwatchLogsExports: postgresql, or audit, error and slowquery for MySQL.",
    remediate=_export,
)
def clusters_export_their_logs(cluster: Resource) -> Findings:
    """Any kind is enough; which there are depends on the engine."""
    if not some(cluster.each("enabledCloudwatchLogsExports"), Node.present):
        yield cluster.at("enabledCloudwatchLogsExports").fail("No log is exported")
