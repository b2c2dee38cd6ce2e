"""G1.5: no Lambda runtime ended within the last year."""

from controls.end_of_support._engines import LAMBDA, runtime
from controls.end_of_support._registry import YEAR, check_ended
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="G1.5",
    title="Lambda runtimes have not ended",
    severity=Severity.HIGH,
    fsbp=("Lambda.2",),
    types=LAMBDA,
    why="A runtime past its deprecation date gets no security fixes, and Lambda soon refuses to create or update functions that use it.",
    fix="move the function to a supported runtime.",
)
def lambda_runtimes_have_not_ended(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry, from the first day without support; after a year G1.3 takes over."""
    version, product = runtime(resource)
    return check_ended(version, product, env, most=YEAR)
