"""T12.3: Aurora clusters have a parameter group of their own."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="T12.3",
    title="Aurora clusters have a parameter group of their own",
    severity=Severity.MEDIUM,
    types=("aws:rds/cluster:Cluster",),
    why="The default group of most Aurora versions takes plain connections, and nobody can change a default group.",
    fix="set dbClusterParameterGroupName to a group that demands TLS.",
)
def aurora_has_own_parameter_group(cluster: Resource) -> Findings:
    """What the group must say is T12's and T12.2's."""
    if not cluster.at("engine").text().startswith("aurora"):
        raise NotApplicable("not Aurora")
    group = cluster.at("dbClusterParameterGroupName")
    if not group.present() or group.text().startswith("default."):
        yield group.fail("The cluster uses the engine's default parameters")
