"""E7.2: Kinesis streams are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E7.2",
    title="Kinesis streams encrypt with a key of ours",
    severity=Severity.MEDIUM,
    types=("aws:kinesis/stream:Stream",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set kmsKeyId to the ARN of a KMS key.",
)
def streams_encrypted_with_a_key_of_ours(stream: Resource) -> Findings:
    """`alias/aws/kinesis` is a key of AWS's own."""
    key = stream.at("kmsKeyId")
    if not key.present() or key.text().startswith("alias/aws/"):
        yield key.fail("The stream is not encrypted with a key of ours")
