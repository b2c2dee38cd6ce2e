"""E2: tables are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, all_of
from guard.resource import Resource


@resource_control(
    id="E2",
    title="DynamoDB tables encrypt with a key of ours",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_119",),
    types=("aws:dynamodb/table:Table",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set serverSideEncryption to enabled with the ARN of a KMS key.",
)
def tables_encrypted_with_a_key_of_ours(table: Resource) -> Findings:
    """`enabled` alone means the AWS managed key; a key with `enabled` false is ignored."""
    sse = table.at("serverSideEncryption")
    if not all_of(sse.at("enabled").flag, sse.at("kmsKeyArn").present):
        yield sse.fail("The table is not encrypted with a key of ours")
