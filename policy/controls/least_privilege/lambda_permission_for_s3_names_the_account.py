"""I7.3: a function that S3 invokes names the bucket's account."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="I7.3",
    title="Lambda permissions for S3 name the bucket's account",
    severity=Severity.MEDIUM,
    fsbp=("Lambda.1",),
    types=("aws:lambda/permission:Permission",),
    why="A bucket's ARN names no account: if the bucket is deleted, whoever makes one of its name invokes the function.",
    fix="set sourceAccount to the bucket's account.",
)
def lambda_permission_for_s3_names_the_account(permission: Resource) -> Findings:
    """The source ARN alone is not enough for S3."""
    if permission.at("principal").text() != "s3.amazonaws.com":
        raise NotApplicable("the principal is not S3")
    if not permission.at("sourceAccount").present():
        yield permission.at("sourceAccount").fail("No source account is set")
