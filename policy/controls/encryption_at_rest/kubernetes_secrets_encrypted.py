"""E16: Kubernetes secrets are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource


@resource_control(
    id="E16",
    title="EKS clusters encrypt secrets",
    severity=Severity.HIGH,
    fsbp=("EKS.3",),
    checkov=("CKV_AWS_58",),
    types=("aws:eks/cluster:Cluster",),
    why="Without it secrets lie in etcd as base64.",
    fix='set encryptionConfig with resources ["secrets"] and the ARN of a KMS key.',
)
def kubernetes_secrets_encrypted(cluster: Resource) -> Findings:
    """Secrets are the one kind of resource that EKS encrypts."""
    if not some(cluster.each("encryptionConfig", "resources"), lambda kind: kind.text() == "secrets"):
        yield cluster.at("encryptionConfig").fail("Secrets are not encrypted")
