"""E12: log groups are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E12",
    title="Log groups encrypt with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_158",),
    types=("aws:cloudwatch/logGroup:LogGroup",),
    why="Logs hold what users did, and often more than was meant.",
    fix="set kmsKeyId to the ARN of a key of the region that lets CloudWatch Logs use it.",
)
def log_groups_encrypted_with_a_key_of_ours(group: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not group.at("kmsKeyId").present():
        yield group.at("kmsKeyId").fail("The log group is not encrypted with a key of ours")
