"""E23: SageMaker endpoints encrypt their disks with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E23",
    title="SageMaker endpoints encrypt with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_98",),
    types=("aws:sagemaker/endpointConfiguration:EndpointConfiguration",),
    why="Instances keep the model and captured requests on their disks.",
    fix="set kmsKeyArn to the ARN of a KMS key.",
)
def endpoint_disks_encrypted_with_a_key_of_ours(configuration: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not configuration.at("kmsKeyArn").present():
        yield configuration.at("kmsKeyArn").fail("The endpoint's disks are not encrypted with a key of ours")
