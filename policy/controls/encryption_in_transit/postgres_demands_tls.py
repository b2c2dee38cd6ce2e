"""T12: Postgres and SQL Server refuse plain connections."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.parameters import is_set
from guard.resource import Resource

_ENGINES: Final = ("aurora-postgresql", "postgres", "sqlserver")
_CLUSTER: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


@resource_control(
    id="T12",
    title="Postgres and SQL Server refuse plain connections",
    severity=Severity.HIGH,
    fsbp=("RDS.38",),
    types=(_CLUSTER, "aws:rds/parameterGroup:ParameterGroup"),
    why="Aurora takes plain connections unless rds.force_ssl is on, and most drivers do not insist on TLS themselves.",
    fix="add the parameter rds.force_ssl with value 1.",
)
def postgres_demands_tls(group: Resource) -> Findings:
    """In Aurora the parameter belongs to the cluster's group, so an instance's group is not asked."""
    family = group.at("family").text()
    if not family.startswith(_ENGINES):
        raise NotApplicable("another engine")
    if group.type != _CLUSTER and family.startswith("aurora"):
        raise NotApplicable("Aurora sets it in the cluster's group")
    if not is_set(group, "rds.force_ssl", "1", "true", "on"):
        yield group.at("parameters").fail("rds.force_ssl is not on")
