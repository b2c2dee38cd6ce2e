"""G1.3: no Lambda runtime ended long ago."""

from controls.end_of_support._engines import LAMBDA, runtime
from controls.end_of_support._registry import YEAR, check_ended
from guard.control import Env, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="G1.3",
    title="Lambda runtimes did not end long ago",
    severity=Severity.HIGH,
    fsbp=("Lambda.2",),
    checkov=("CKV_AWS_363",),
    types=LAMBDA,
    why="A runtime past its deprecation date gets no security fixes, and Lambda soon refuses to create or update functions that use it.",
    fix="move the function to a supported runtime.",
)
def lambda_runtimes_are_supported(resource: Resource, *, env: Env) -> Findings:
    """By the dated registry; versions that it does not know pass. What ended within the last year is G1.5's."""
    version, product = runtime(resource)
    return check_ended(version, product, env, least=YEAR)
