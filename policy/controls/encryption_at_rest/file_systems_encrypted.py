"""E14: file systems are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E14",
    title="EFS file systems are encrypted",
    severity=Severity.HIGH,
    fsbp=("EFS.1",),
    cis=("2.4.1",),
    checkov=("CKV_AWS_42",),
    types=("aws:efs/fileSystem:FileSystem",),
    why="The choice cannot be changed later.",
    fix="set encrypted to true and kmsKeyId to a key of ours before the file system is created.",
)
def file_systems_encrypted(system: Resource) -> Findings:
    """Absent means off."""
    if not system.at("encrypted").flag():
        yield system.at("encrypted").fail("The file system is not encrypted")
