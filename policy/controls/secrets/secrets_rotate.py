"""S1: secrets are rotated."""

from guard.control import Severity, stack_control
from guard.node import Findings
from guard.resource import Resource, Stack


@stack_control(
    id="S1",
    title="Secrets rotate",
    severity=Severity.MEDIUM,
    fsbp=("SecretsManager.1",),
    checkov=("CKV2_AWS_57",),
    types=("aws:secretsmanager/secret:Secret",),
    why="A secret that leaks stays useful until somebody changes it; rotation bounds how long that is.",
    fix="attach a SecretRotation; for a secret that a partner issues, exempt it with a reason and a date.",
)
def secrets_rotate(secret: Resource, stack: Stack) -> Findings:
    """Any SecretRotation of the secret."""
    if not stack.attached(secret, ("aws:secretsmanager/secretRotation:SecretRotation",), "secretId", identity="arn"):
        yield secret.fail("No rotation is attached to the secret")
