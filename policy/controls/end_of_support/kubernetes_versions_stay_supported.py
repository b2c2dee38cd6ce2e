"""D4.2: Kubernetes versions have support left."""

from controls.end_of_support._engines import KUBERNETES, kubernetes
from controls.end_of_support._registry import WARN, check_ending
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="D4.2",
    title="Kubernetes versions stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=KUBERNETES,
    params=(WARN,),
    why="An upgrade that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="move the cluster to a supported version, one minor version at a time.",
)
def kubernetes_versions_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on D4 blocks."""
    version, product = kubernetes(resource)
    return check_ending(version, product, env)
