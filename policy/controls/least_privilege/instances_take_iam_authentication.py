"""I12.2: database instances let roles sign in."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="I12.2",
    title="Database instances take IAM authentication",
    severity=Severity.MEDIUM,
    fsbp=("RDS.10",),
    checkov=("CKV_AWS_161",),
    types=("aws:rds/instance:Instance",),
    why="Tokens of 15 minutes take the place of passwords that applications share and keep.",
    fix="set iamDatabaseAuthenticationEnabled to true.",
)
def instances_take_iam_authentication(instance: Resource) -> Findings:
    """For MySQL and PostgreSQL."""
    engine = instance.at("engine").text()
    if engine not in ("mysql", "postgres"):
        raise NotApplicable("IAM authentication is for MySQL and PostgreSQL")
    if not instance.at("iamDatabaseAuthenticationEnabled").flag():
        yield instance.at("iamDatabaseAuthenticationEnabled").fail("The instance takes no IAM authentication")
