"""I7.2: no function lets everybody invoke it."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="I7.2",
    title="Lambda permissions name who may invoke",
    severity=Severity.CRITICAL,
    fsbp=("Lambda.1",),
    checkov=("CKV_AWS_301",),
    types=("aws:lambda/permission:Permission",),
    why="Anybody with an AWS account, or with the function's URL, can run the code.",
    fix="name the service, account or role that invokes the function.",
)
def lambda_not_invoked_by_everybody(permission: Resource) -> Findings:
    """A condition does not help: the principal itself has to be named."""
    if permission.at("principal").text() == "*":
        yield permission.at("principal").fail("Anybody may invoke the function")
