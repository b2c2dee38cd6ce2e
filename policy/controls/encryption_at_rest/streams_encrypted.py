"""E7: Kinesis streams are encrypted."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


def _encrypt(stream: Resource) -> Iterator[Edit]:
    if stream.at("encryptionType").text() == "KMS":
        return
    yield Edit(("encryptionType",), "KMS")
    if stream.at("kmsKeyId").is_absent:
        yield Edit(("kmsKeyId",), "alias/aws/kinesis")


@resource_control(
    id="E7",
    title="Kinesis streams encrypt with KMS",
    severity=Severity.HIGH,
    fsbp=("Kinesis.1",),
    checkov=("CKV_AWS_43",),
    types=("aws:kinesis/stream:Stream",),
    why="Records lie in the stream for a day or more.",
    fix="set encryptionType to KMS and kmsKeyId to a key of ours.",
    remediate=_encrypt,
)
def streams_encrypted(stream: Resource) -> Findings:
    """Absent means NONE."""
    if stream.at("encryptionType").text() != "KMS":
        yield stream.at("encryptionType").fail("The stream is not encrypted")
