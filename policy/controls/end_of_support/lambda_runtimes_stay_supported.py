"""G1.4: Lambda runtimes have support left."""

from controls.end_of_support._engines import LAMBDA, runtime
from controls.end_of_support._registry import WARN, check_ending
from guard.control import Env, Level, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="G1.4",
    title="Lambda runtimes stay supported for a while",
    severity=Severity.LOW,
    level=Level.ADVISORY,
    types=LAMBDA,
    params=(WARN,),
    why="An upgrade that is planned months ahead is a change; one that AWS forces is an incident.",
    fix="move the function to a supported runtime.",
)
def lambda_runtimes_stay_supported(resource: Resource, *, env: Env) -> Findings:
    """A warning; from the last day on G1.5 blocks."""
    version, product = runtime(resource)
    return check_ending(version, product, env)
