"""S2.3: a variable that is called a secret holds a reference to one."""

from guard.containers import TASK_DEFINITION, environment
from guard.control import Severity, resource_control
from guard.credentials import check_names, variables
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="S2.3",
    title="Variables called password, secret or token hold no plain values",
    severity=Severity.HIGH,
    types=("aws:lambda/function:Function", TASK_DEFINITION),
    why="A password has no shape to be known by, but its name gives it away.",
    fix="keep the value in Secrets Manager or Parameter Store, and pass its ARN or path.",
)
def variables_called_secret_are_references(resource: Resource) -> Findings:
    """ARNs, paths, URLs, switches and small numbers are no secrets."""
    return check_names(environment(resource) if resource.type == TASK_DEFINITION else variables(resource.at("environment", "variables")))
