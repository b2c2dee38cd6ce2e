"""E15: image repositories are encrypted with KMS."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource


@resource_control(
    id="E15",
    title="Image repositories encrypt with KMS",
    severity=Severity.LOW,
    checkov=("CKV_AWS_136",),
    types=("aws:ecr/repository:Repository",),
    why="With a key of AWS's own nobody can cut off or audit the reading of the data apart from the service's permissions.",
    fix="set encryptionConfigurations with encryptionType KMS and kmsKey before the repository is created.",
)
def repositories_encrypted_with_kms(repository: Resource) -> Findings:
    """`AES256`, the default, is S3's own key."""
    kinds = repository.each("encryptionConfigurations", "encryptionType")
    if not some(kinds, lambda kind: kind.text() in ("KMS", "KMS_DSSE")):
        yield repository.at("encryptionConfigurations").fail("The repository is not encrypted with KMS")
