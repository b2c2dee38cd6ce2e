"""E8.2: delivery streams are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable, all_of
from guard.resource import Resource


@resource_control(
    id="E8.2",
    title="Firehose streams encrypt with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_241",),
    types=("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set serverSideEncryption to enabled, keyType CUSTOMER_MANAGED_CMK and keyArn to a KMS key.",
)
def delivery_streams_encrypted_with_a_key_of_ours(stream: Resource) -> Findings:
    """Fed by a data stream, Firehose uses that stream's encryption."""
    if not stream.at("kinesisSourceConfiguration").is_absent:
        raise NotApplicable("the data stream that feeds it decides")
    sse = stream.at("serverSideEncryption")
    ours = all_of(sse.at("enabled").flag, lambda: sse.at("keyType").text() == "CUSTOMER_MANAGED_CMK", sse.at("keyArn").present)
    if not ours:
        yield sse.fail("The delivery stream is not encrypted with a key of ours")
