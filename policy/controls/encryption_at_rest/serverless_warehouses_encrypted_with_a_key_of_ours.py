"""E22.3: Redshift Serverless namespaces are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E22.3",
    title="Redshift namespaces encrypt with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_282",),
    types=("aws:redshiftserverless/namespace:Namespace",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set kmsKeyId to the ARN of a KMS key.",
)
def serverless_warehouses_encrypted_with_a_key_of_ours(namespace: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not namespace.at("kmsKeyId").present():
        yield namespace.at("kmsKeyId").fail("The namespace is not encrypted with a key of ours")
