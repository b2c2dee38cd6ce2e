"""T13: tasks mount file systems over TLS."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


def _enable(task: Resource) -> Iterator[Edit]:
    # A task definition is never changed in place: each change is a further revision, which takes nothing down.
    for index, volume in enumerate(task.each("volumes")):
        mount = volume.at("efsVolumeConfiguration")
        if not mount.is_absent and not mount.is_unreadable and mount.at("transitEncryption").value != "ENABLED":
            yield Edit(("volumes", index, "efsVolumeConfiguration", "transitEncryption"), "ENABLED")


@resource_control(
    id="T13",
    title="Tasks mount EFS over TLS",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_97",),
    types=("aws:ecs/taskDefinition:TaskDefinition",),
    why="NFS sends files in clear; and without TLS an access point's IAM rules cannot hold.",
    fix="set efsVolumeConfiguration.transitEncryption to ENABLED.",
    remediate=_enable,
)
def task_volumes_use_tls(task: Resource) -> Findings:
    """One finding for each volume."""
    mounts = list(task.each("volumes", "efsVolumeConfiguration"))
    if not mounts:
        raise NotApplicable("no EFS volume")
    return check_each(mounts, _check)


def _check(mount: Node) -> Findings:
    if mount.at("transitEncryption").text() != "ENABLED":
        yield mount.at("transitEncryption").fail("The file system is mounted in clear")
