"""N6: the Kubernetes API is not on the internet."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="N6",
    title="The Kubernetes API is not on the internet",
    severity=Severity.HIGH,
    fsbp=("EKS.1",),
    checkov=("CKV_AWS_39",),
    types=("aws:eks/cluster:Cluster",),
    why="A stolen token, or the next hole in the API server, is enough from anywhere.",
    fix="set vpcConfig.endpointPublicAccess to false and endpointPrivateAccess to true.",
)
def eks_endpoint_is_private(cluster: Resource) -> Findings:
    """Public unless switched off."""
    public = cluster.at("vpcConfig", "endpointPublicAccess")
    if public.flag(default=True):
        yield public.fail("The API server answers the internet")
