"""E22.2: Redshift clusters are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E22.2",
    title="Redshift clusters encrypt with a key of ours",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_142",),
    types=("aws:redshift/cluster:Cluster",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set kmsKeyId to the ARN of a KMS key.",
)
def warehouses_encrypted_with_a_key_of_ours(cluster: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not cluster.at("kmsKeyId").present():
        yield cluster.at("kmsKeyId").fail("The cluster is not encrypted with a key of ours")
