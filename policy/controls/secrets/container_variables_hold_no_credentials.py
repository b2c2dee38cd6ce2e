"""S2.2: no credential stands in a container's environment."""

from guard.containers import TASK_DEFINITION, environment
from guard.control import Severity, resource_control
from guard.credentials import check_values
from guard.node import Findings
from guard.resource import Resource

_RESERVED = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"})


@resource_control(
    id="S2.2",
    title="Container variables hold no credentials",
    severity=Severity.CRITICAL,
    fsbp=("ECS.8",),
    types=(TASK_DEFINITION,),
    why="Everybody who may look at the task definition or the stack's state reads its environment.",
    fix="name the secret's ARN under `secrets` instead of `environment`, and revoke this one.",
)
def container_variables_hold_no_credentials(task: Resource) -> Findings:
    """Known shapes of keys and tokens, and the variables that hold nothing else."""
    found = list(environment(task))
    for name, value in found:
        if name in _RESERVED:
            yield value.fail("The variable is there to hold a credential")
    yield from check_values(pair for pair in found if pair[0] not in _RESERVED)
