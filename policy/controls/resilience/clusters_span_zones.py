"""R6: database clusters have instances in several zones."""

from guard.control import Severity, stack_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource, Stack

_SEVERAL = 2


@stack_control(
    id="R6",
    title="Database clusters span zones",
    severity=Severity.MEDIUM,
    fsbp=("RDS.15",),
    types=("aws:rds/cluster:Cluster",),
    why="With one instance, or all in one zone, losing it means minutes without a database.",
    fix="add a ClusterInstance, in another availabilityZone if zones are given.",
)
def clusters_span_zones(cluster: Resource, stack: Stack) -> Findings:
    """Multi-AZ clusters (with an instance class of their own) always span three; Serverless version 1 moves by itself."""
    if cluster.at("engineMode").value == "serverless" or not cluster.at("dbClusterInstanceClass").is_absent:
        raise NotApplicable("the service places the instances")
    instances = stack.attached(cluster, ("aws:rds/clusterInstance:ClusterInstance",), "clusterIdentifier")
    zones = [instance.at("availabilityZone") for instance in instances]
    if len(instances) < _SEVERAL:
        yield cluster.fail("The cluster has fewer than two instances")
    elif not any(zone.is_absent for zone in zones) and len({zone.text() for zone in zones}) < _SEVERAL:
        yield cluster.fail("All instances of the cluster are in one zone")
