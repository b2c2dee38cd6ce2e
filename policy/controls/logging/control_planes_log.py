"""L7: control planes of EKS log everything."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.places import missing_from
from guard.resource import Resource

_KINDS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


def _log(_cluster: Resource) -> Iterator[Edit]:
    yield Edit(("enabledClusterLogTypes",), list(_KINDS))


@resource_control(
    id="L7",
    title="EKS control planes log everything",
    severity=Severity.MEDIUM,
    fsbp=("EKS.8",),
    checkov=("CKV_AWS_37",),
    types=("aws:eks/cluster:Cluster",),
    why="The audit log alone tells who did what to the cluster.",
    fix="set enabledClusterLogTypes to api, audit, authenticator, controllerManager and scheduler.",
    remediate=_log,
)
def control_planes_log(cluster: Resource) -> Findings:
    """All five kinds."""
    missing = missing_from(_KINDS, list(cluster.each("enabledClusterLogTypes")))
    if missing:
        yield cluster.at("enabledClusterLogTypes").fail(f"Not logged: {', '.join(missing)}")
