"""I7: a service that may invoke a function says for whom."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, some
from guard.resource import Resource


@resource_control(
    id="I7",
    title="Lambda permissions of services name their source",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_364",),
    types=("aws:lambda/permission:Permission",),
    why="Without a source, any customer of the service can make it invoke the function.",
    fix="set sourceArn to the resource that invokes the function, or sourceAccount to its account.",
)
def lambda_permission_names_its_source(permission: Resource) -> Findings:
    """Either is enough here; for S3, whose ARNs name no account, see I7.3."""
    principal = permission.at("principal").text()
    if ".amazonaws.com" not in principal:
        raise NotApplicable("the principal is no AWS service")
    if not some((permission.at("sourceArn"), permission.at("sourceAccount")), lambda source: source.present()):
        yield permission.at("sourceArn").fail("Neither a source ARN nor a source account is set")
