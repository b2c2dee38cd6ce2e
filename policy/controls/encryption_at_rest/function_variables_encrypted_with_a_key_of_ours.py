"""E18: functions encrypt their environment with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="E18",
    title="Functions encrypt their environment with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_173",),
    types=("aws:lambda/function:Function",),
    why="Variables tell how a system is wired. A key without any is a difference at every refresh.",
    fix="set kmsKeyArn to the ARN of a KMS key if the function has variables, and leave it out if not.",
)
def function_variables_encrypted_with_a_key_of_ours(function: Resource) -> Findings:
    """Neither variables nor a key: nothing to ask."""
    environment, key = function.at("environment"), function.at("kmsKeyArn")
    if environment.is_absent and key.is_absent:
        raise NotApplicable("the function has no variables")
    if environment.is_absent:
        yield key.fail("A key is set, but there are no variables to encrypt")
    elif not key.present():
        yield key.fail("The variables are not encrypted with a key of ours")
