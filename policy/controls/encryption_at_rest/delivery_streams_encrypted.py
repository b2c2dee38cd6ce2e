"""E8: delivery streams are encrypted."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


def _encrypt(stream: Resource) -> Iterator[Edit]:
    if stream.at("kinesisSourceConfiguration").is_absent:  # AWS refuses the flag where a data stream feeds this one
        yield Edit(("serverSideEncryption", "enabled"), True)


@resource_control(
    id="E8",
    title="Firehose streams encrypt at rest",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_240",),
    types=("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",),
    why="Records wait in the stream until their batch is delivered.",
    fix="set serverSideEncryption.enabled to true.",
    remediate=_encrypt,
)
def delivery_streams_encrypted(stream: Resource) -> Findings:
    """Absent means off. Fed by a data stream, Firehose uses that stream's encryption, and AWS refuses the flag."""
    if not stream.at("kinesisSourceConfiguration").is_absent:
        raise NotApplicable("the data stream that feeds it decides")
    if not stream.at("serverSideEncryption", "enabled").flag():
        yield stream.at("serverSideEncryption", "enabled").fail("The delivery stream is not encrypted")
