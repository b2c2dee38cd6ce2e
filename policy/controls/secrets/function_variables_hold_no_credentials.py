"""S2: no credential stands in a function's environment."""

from guard.control import Severity, resource_control
from guard.credentials import check_values, variables
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="S2",
    title="Function variables hold no credentials",
    severity=Severity.CRITICAL,
    checkov=("CKV_AWS_45",),
    types=("aws:lambda/function:Function",),
    why="Everybody who may look at the function, its logs or the stack's state reads its environment.",
    fix="keep the credential in Secrets Manager, give the function its ARN, and revoke this one.",
)
def function_variables_hold_no_credentials(function: Resource) -> Findings:
    """Known shapes of keys and tokens, whatever the variable is called."""
    return check_values(variables(function.at("environment", "variables")))
