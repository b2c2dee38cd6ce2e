"""S3.3: secret parameters are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="S3.3",
    title="SecureString parameters name a KMS key",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_337",),
    types=("aws:ssm/parameter:Parameter",),
    why="With AWS's own key, whoever may read the parameter may decrypt it; a key of ours asks a second time.",
    fix="set keyId to the data class's key.",
)
def secure_parameters_have_a_key(parameter: Resource) -> Findings:
    """Other types of parameters are not encrypted at all."""
    if parameter.at("type").text() != "SecureString":
        raise NotApplicable("the parameter is no SecureString")
    if not parameter.at("keyId").present():
        yield parameter.at("keyId").fail("The parameter is encrypted with AWS's own key")
