"""E17: secrets are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E17",
    title="Secrets encrypt with a key of ours",
    severity=Severity.HIGH,
    checkov=("CKV_AWS_149",),
    types=("aws:secretsmanager/secret:Secret",),
    why="With AWS's own key whoever may read the secret needs no permission on a key, and other accounts cannot be let in or kept out.",
    fix="set kmsKeyId to the ARN of a KMS key.",
)
def secrets_encrypted_with_a_key_of_ours(secret: Resource) -> Findings:
    """`alias/aws/secretsmanager` is a key of AWS's own."""
    key = secret.at("kmsKeyId")
    if not key.present() or "aws/" in key.text():
        yield key.fail("The secret is not encrypted with a key of ours")
