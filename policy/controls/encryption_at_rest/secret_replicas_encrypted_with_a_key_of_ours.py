"""E17.2: every replica of a secret is encrypted with a key of its region."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource


@resource_control(
    id="E17.2",
    title="Secret replicas encrypt with a key of ours",
    severity=Severity.HIGH,
    types=("aws:secretsmanager/secret:Secret",),
    why="A replica without a key falls back to AWS's own, whatever the secret itself uses.",
    fix="set kmsKeyId of each replica to a key of its region.",
)
def secret_replicas_encrypted_with_a_key_of_ours(secret: Resource) -> Findings:
    """One finding for each replica."""
    replicas = list(secret.each("replicas"))
    if not replicas:
        raise NotApplicable("the secret has no replicas")
    return check_each(replicas, _check_replica)


def _check_replica(replica: Node) -> Findings:
    key = replica.at("kmsKeyId")
    if not key.present() or "aws/" in key.text():
        yield key.fail("The replica is not encrypted with a key of ours")
