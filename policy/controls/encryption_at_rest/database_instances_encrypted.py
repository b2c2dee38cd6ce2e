"""E3.2: database instances are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E3.2",
    title="Database instances encrypt their storage",
    severity=Severity.HIGH,
    fsbp=("RDS.3",),
    cis=("2.3.1",),
    checkov=("CKV_AWS_16",),
    types=("aws:rds/instance:Instance",),
    why="Storage, snapshots and logs of an unencrypted instance can be read from a copy; encrypting it later means a new instance.",
    fix="set storageEncrypted to true before the instance is created.",
)
def database_instances_encrypted(instance: Resource) -> Findings:
    """Absent means off."""
    if not instance.at("storageEncrypted").flag():
        yield instance.at("storageEncrypted").fail("The instance's storage is not encrypted")
