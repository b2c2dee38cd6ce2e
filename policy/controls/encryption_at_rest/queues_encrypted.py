"""E10: queues are encrypted."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, Node, some
from guard.resource import Resource


def _encrypt(queue: Resource) -> Iterator[Edit]:
    if queue.at("kmsMasterKeyId").is_absent or queue.at("kmsMasterKeyId").value == "":  # the two exclude each other
        yield Edit(("sqsManagedSseEnabled",), True)


@resource_control(
    id="E10",
    title="Queues encrypt their messages",
    severity=Severity.HIGH,
    fsbp=("SQS.1",),
    checkov=("CKV_AWS_27",),
    types=("aws:sqs/queue:Queue",),
    why="Messages lie in the queue for up to 14 days.",
    fix="set kmsMasterKeyId to a key of ours, or sqsManagedSseEnabled to true.",
    remediate=_encrypt,
)
def queues_encrypted(queue: Resource) -> Findings:
    """Either is enough: a key of ours, or SQS's own."""
    if not some((queue.at("kmsMasterKeyId"), queue.at("sqsManagedSseEnabled")), _encrypts):
        yield queue.at("kmsMasterKeyId").fail("The queue is not encrypted")


def _encrypts(setting: Node) -> bool:
    return setting.flag() if setting.path == "sqsManagedSseEnabled" else setting.present()
