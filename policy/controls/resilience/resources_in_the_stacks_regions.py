"""R14.2: resources are in the stack's regions."""

from guard.control import Env, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.params import strings
from guard.places import stack_regions
from guard.resource import Resource
from guard.tokens import LOAD_BALANCER, S3_BUCKET, SEARCH_DOMAIN

_DATA = (
    *S3_BUCKET,
    "aws:backup/vault:Vault",
    "aws:dynamodb/table:Table",
    "aws:dynamodb/tableReplica:TableReplica",
    "aws:ebs/volume:Volume",
    "aws:efs/fileSystem:FileSystem",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/namespace:Namespace",
    *SEARCH_DOMAIN,
)
_SERVING = (
    *LOAD_BALANCER,
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/vpc:Vpc",
    "aws:ecs/cluster:Cluster",
    "aws:eks/cluster:Cluster",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:kinesis/stream:Stream",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:lambda/function:Function",
    "aws:msk/cluster:Cluster",
    "aws:secretsmanager/secret:Secret",
    "aws:sfn/stateMachine:StateMachine",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
)


@resource_control(
    id="R14.2",
    title="Resources are in the stack's regions",
    severity=Severity.HIGH,
    types=(*_DATA, *_SERVING),
    why="What lands elsewhere is seen by no alarm, paid by nobody's budget, and may break the promise of residency.",
    fix="hand it the provider of one of the stack's regions, or drop its region.",
    params=(
        strings("regions", "Regions of the stack; the stack file's if empty."),
        strings("global", "Regions that global services such as CloudFront write to, for what holds no data of ours.", "us-east-1"),
    ),
)
def resources_in_the_stacks_regions(resource: Resource, *, env: Env) -> Findings:
    """The resource's own region, else its provider's. CloudFront has its logs, alarms and functions in one region."""
    regions = stack_regions(env)
    if not regions:
        raise NotApplicable("the stack does not say which regions are its own")
    allowed = regions if resource.type in _DATA else (*regions, *env.texts("global"))
    if resource.region.text() not in allowed:
        yield resource.region.fail("The resource is in no region of the stack")
