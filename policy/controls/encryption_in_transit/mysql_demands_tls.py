"""T12.2: MySQL and MariaDB refuse plain connections."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.parameters import is_set
from guard.resource import Resource

_ENGINES: Final = ("aurora-mysql", "mysql", "mariadb")
_CLUSTER: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


@resource_control(
    id="T12.2",
    title="MySQL and MariaDB refuse plain connections",
    severity=Severity.HIGH,
    fsbp=("RDS.39",),
    types=(_CLUSTER, "aws:rds/parameterGroup:ParameterGroup"),
    why="Plain connections are taken unless require_secure_transport is on.",
    fix="add the parameter require_secure_transport with value ON.",
)
def mysql_demands_tls(group: Resource) -> Findings:
    """In Aurora the parameter belongs to the cluster's group, so an instance's group is not asked."""
    family = group.at("family").text()
    if not family.startswith(_ENGINES):
        raise NotApplicable("another engine")
    if group.type != _CLUSTER and family.startswith("aurora"):
        raise NotApplicable("Aurora sets it in the cluster's group")
    if not is_set(group, "require_secure_transport", "1", "true", "on"):
        yield group.at("parameters").fail("require_secure_transport is not on")
