"""D4: Kubernetes versions are ones that AWS still supports."""

from controls.end_of_support._engines import KUBERNETES, kubernetes
from controls.end_of_support._registry import check_ended
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D4",
    title="Kubernetes versions are supported",
    severity=Severity.HIGH,
    fsbp=("EKS.2",),
    types=KUBERNETES,
    why="Past standard support a version gets few fixes, costs six times as much, and is upgraded when AWS says so.",
    fix="move the cluster to a supported version, one minor version at a time.",
)
def kubernetes_versions_are_supported(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry; versions that it does not know pass."""
    version, product = kubernetes(resource)
    return check_ended(version, product, env)
