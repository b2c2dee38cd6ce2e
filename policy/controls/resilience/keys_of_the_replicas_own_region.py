"""R14.7: replicas are encrypted with keys of their own region."""

from guard.control import Severity, stack_control
from guard.keys import is_of_region
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource, Stack


@stack_control(
    id="R14.7",
    title="Keys of replicas are of the replica's region",
    severity=Severity.HIGH,
    types=("aws:dynamodb/table:Table", "aws:secretsmanager/secret:Secret"),
    why="A replica whose key is elsewhere cannot be read when that region is gone.",
    fix="name the replica key of the replica's region.",
)
def keys_of_the_replicas_own_region(resource: Resource, stack: Stack) -> Findings:
    """At preview, when ARNs are not known yet, by the keys whose outputs flow into the replicas."""
    replicas = list(resource.each("replicas"))
    if not replicas:
        raise NotApplicable("there are no replicas")

    def check(replica: Node) -> Findings:
        key = replica.at("kmsKeyArn|kmsKeyId")
        if not key.is_absent and not is_of_region(key, replica.at("regionName|region").text(), resource, stack):
            yield key.fail("The replica's key is of another region")

    yield from check_each(replicas, check)
