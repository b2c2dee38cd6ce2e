"""R3.2: personal data stays in the regions that may hold it."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.params import strings
from guard.places import must_stay, residency
from guard.resource import Resource


@resource_control(
    id="R3.2",
    title="Personal data stays in its regions",
    severity=Severity.CRITICAL,
    types=(
        "aws:dynamodb/table:Table",
        "aws:dynamodb/tableReplica:TableReplica",
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
        "aws:secretsmanager/secret:Secret",
    ),
    why="A replica elsewhere breaks the promise of residency, and law with it.",
    fix="move the resource, or drop the replica, or name its region in security.residency.",
    params=(strings("resident", "Patterns of names of what stays within the stack file's security.residency.", "*pii*"),),
)
def personal_data_stays_in_its_regions(resource: Resource, *, env: Env) -> Findings:
    """Resources whose name says that they hold personal data, and their replicas."""
    allowed = residency(env)
    if not allowed or not must_stay(resource, env):
        raise NotApplicable("the stack does not say that it holds personal data")

    def check(region: Node) -> Findings:
        if not region.is_absent and region.text() not in allowed:
            yield region.fail("The region may not hold personal data")

    return check_each([resource.region, *resource.each("replicas", "regionName|region")], check)
