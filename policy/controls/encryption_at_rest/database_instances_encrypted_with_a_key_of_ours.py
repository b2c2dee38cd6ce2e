"""E3.5: database instances are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="E3.5",
    title="Database instances encrypt with a key of ours",
    severity=Severity.MEDIUM,
    types=("aws:rds/instance:Instance",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set kmsKeyId to the ARN of a KMS key before the instance is created.",
)
def database_instances_encrypted_with_a_key_of_ours(instance: Resource) -> Findings:
    """A replica of the same region takes its source's key."""
    if not instance.at("replicateSourceDb").is_absent and instance.at("kmsKeyId").is_absent:
        raise NotApplicable("the source instance decides")
    if not instance.at("kmsKeyId").present():
        yield instance.at("kmsKeyId").fail("The instance is not encrypted with a key of ours")
