"""The permissions boundary: what no role of the stack can exceed, whatever its own policies come to say."""

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import pulumi_aws as aws
from pulumi import Resource, ResourceOptions

from components.identity.statement import Statement, allow, identity_policy
from marquee.domain.names import Names
from marquee.settings.edge import Edge
from marquee.settings.live import Live
from marquee.settings.media import Media
from marquee.settings.regions import Region

_OWN: Mapping[str, Sequence[str]] = {
    # ARN pattern, with {account} and {prefix} to fill in → exact actions
    "arn:aws:cloudfront::{account}:key-value-store/*": (
        "cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:GetKey", "cloudfront-keyvaluestore:ListKeys",
        "cloudfront-keyvaluestore:UpdateKeys",
    ),
    "arn:aws:cloudfront::{account}:distribution/*": ("cloudfront:CreateInvalidation",),
    "arn:aws:dynamodb:*:{account}:table/{prefix}-*": (
        "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
    ),
    "arn:aws:events:*:{account}:event-bus/{prefix}": ("events:PutEvents",),
    "arn:aws:execute-api:*:{account}:*/keys/POST/speke/*": ("execute-api:Invoke",),
    "arn:aws:kms:*:{account}:key/*": ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateMac"),
    "arn:aws:kinesis:*:{account}:stream/{prefix}-*": ("kinesis:PutRecords",),
    "arn:aws:lambda:*:{account}:function:{prefix}-*": ("lambda:InvokeFunction",),
    "arn:aws:logs:*:{account}:log-group:API-Gateway-Execution-Logs_*": ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    "arn:aws:logs:*:{account}:log-group:/aws/*/{prefix}*": ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
    "arn:aws:s3:::{prefix}-*": (
        "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket",
        "s3:ListBucketMultipartUploads", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging",
    ),
    "arn:aws:secretsmanager:*:{account}:secret:{prefix}-*": (
        "secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    ),
    "arn:aws:sqs:*:{account}:{prefix}-*": ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:SendMessage"),
    "arn:aws:states:*:{account}:stateMachine:{prefix}-*": ("states:StartExecution",),
}  # fmt: skip

Encoder = Literal["mediaconvert", "batch"]
_ENCODERS: Mapping[Encoder, Mapping[str, Sequence[str]]] = {
    # The same, for those alone that a stack has
    "mediaconvert": {
        "arn:aws:events:*:{account}:rule/StepFunctionsGetEventsForMediaConvertJobRule": (
            "events:DescribeRule", "events:PutRule", "events:PutTargets",
        ),
        "arn:aws:iam::{account}:role/{prefix}-mediaconvert-*": ("iam:PassRole",),
        "arn:aws:mediaconvert:*:{account}:jobs/*": ("mediaconvert:CancelJob", "mediaconvert:GetJob", "mediaconvert:TagResource"),
        "arn:aws:mediaconvert:*:{account}:queues/{prefix}-*": ("mediaconvert:CreateJob",),
    },
    "batch": {
        "arn:aws:batch:*:{account}:job/*": ("batch:TagResource", "batch:TerminateJob"),
        "arn:aws:batch:*:{account}:job-*/{prefix}-*": ("batch:SubmitJob",),
        "arn:aws:ecr:*:{account}:repository/{prefix}-*": (
            "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
        ),
        "arn:aws:ecs:*:{account}:cluster/AWSBatch-{prefix}-*": (
            "ecs:DeregisterContainerInstance", "ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges",
            "ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange",
        ),
        "arn:aws:ecs:*:{account}:container-instance/AWSBatch-{prefix}-*": (
            "ecs:Poll", "ecs:StartTelemetrySession", "ecs:TagResource", "ecs:UpdateContainerInstancesState",
        ),
        "arn:aws:events:*:{account}:rule/StepFunctionsGetEventsForBatchJobsRule": (
            "events:DescribeRule", "events:PutRule", "events:PutTargets",
        ),
        "*": ("batch:DescribeJobs", "ecr:GetAuthorizationToken", "ecs:DiscoverPollEndpoint"),
    },
}  # fmt: skip

Feature = Literal[
    "live", "live-flows", "live-schedules", "live-secrets", "live-watch", "jit", "realtime-logs", "replication", "locked-replication",
    "region-switch",
]  # fmt: skip
_FEATURES: Mapping[Feature, Mapping[str, Sequence[str]]] = {
    "live": {
        "arn:aws:logs:*:{account}:log-group:ElementalMediaLive*": (
            "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents",
        ),
        "arn:aws:mediapackagev2:*:{account}:channelGroup/{prefix}-live*": (
            "mediapackagev2:CreateHarvestJob", "mediapackagev2:GetHarvestJob", "mediapackagev2:PutObject",
        ),
    },
    "live-flows": {
        "arn:aws:mediaconnect:*:{account}:flow:*": (
            "mediaconnect:ManagedAddOutput", "mediaconnect:ManagedDescribeFlow", "mediaconnect:ManagedRemoveOutput",
        ),
    },
    "live-schedules": {"arn:aws:medialive:*:{account}:channel:*": ("medialive:StartChannel", "medialive:StopChannel")},
    "live-secrets": {"arn:aws:secretsmanager:*:{account}:secret:srt-*": ("secretsmanager:GetSecretValue",)},
    "live-watch": {"arn:aws:medialive:*:{account}:channel:*": ("medialive:DescribeChannel", "medialive:StopChannel")},
    "jit": {
        "arn:aws:iam::{account}:role/{prefix}-packaging-*": ("iam:PassRole",),
        "arn:aws:mediapackage-vod:*:{account}:assets/*": (
            "mediapackage-vod:DeleteAsset", "mediapackage-vod:DescribeAsset", "mediapackage-vod:TagResource",
        ),
        "arn:aws:s3:::{prefix}-*": ("s3:GetBucketLocation", "s3:GetBucketRequestPayment"),
        "arn:aws:secretsmanager:*:{account}:secret:{prefix}-*": ("secretsmanager:ListSecretVersionIds",),
        "*": ("mediapackage-vod:CreateAsset",),
    },
    "replication": {
        "arn:aws:s3:::{prefix}-*": (
            "s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging", "s3:GetReplicationConfiguration",
            "s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags",
        ),
    },
    "locked-replication": {"arn:aws:s3:::{prefix}-*": ("s3:GetObjectLegalHold", "s3:GetObjectRetention")},
    "region-switch": {"arn:aws:route53:::hostedzone/*": ("route53:ListResourceRecordSets",)},
    "realtime-logs": {
        "arn:aws:kinesis:*:{account}:stream/{prefix}-*": (
            "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:PutRecord", "kinesis:PutRecords",
        ),
    },
}  # fmt: skip

_NO_RESOURCE = "these actions support no resource; source: Service Authorization Reference"
_WITHOUT_RESOURCE = (
    "cloudfront:CreateKeyGroup", "cloudfront:CreatePublicKey", "cloudfront:DeleteKeyGroup", "cloudfront:DeletePublicKey",
    "cloudfront:GetKeyGroup", "cloudfront:GetPublicKey", "cloudfront:ListKeyGroups", "cloudfront:ListPublicKeys",
    "cloudfront:UpdateKeyGroup",
    "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
    "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
    "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
)  # fmt: skip


def boundary_policy(
    name: str,
    *,
    names: Names,
    deploy_role: str | None,
    parent: Resource,
    key_provider_arn: str | None = None,
    encoders: Collection[Encoder] = ("mediaconvert",),
    features: Collection[Feature] = (),
) -> aws.iam.Policy:
    """The managed policy. It grants nothing by itself: a role may do what both its own policies and this one allow.

    A workload that needs an action which is missing here gets AccessDenied; a graph test compares the two. `key_provider_arn` is an
    external key provider's, which may be of another account.
    """
    tables = [_OWN, *(_ENCODERS[encoder] for encoder in encoders), *(_FEATURES[feature] for feature in features)]
    statements = [
        *(
            allow(*actions, on=pattern.format(account=names.account, prefix=names.prefix), reason=_NO_RESOURCE)
            for table in tables
            for pattern, actions in table.items()
        ),
        *([allow("sts:AssumeRole", on=deploy_role)] if deploy_role else []),  # continuous integration goes through it
        *([allow("execute-api:Invoke", on=key_provider_arn)] if key_provider_arn else []),
        allow(*_WITHOUT_RESOURCE, on="*", reason=_NO_RESOURCE),
    ]
    return aws.iam.Policy(
        name,
        name=names.boundary(),
        description=f"The most that a workload of {names.prefix} may do",
        policy=identity_policy(joined(statements)),
        opts=ResourceOptions(parent=parent),
    )


def joined(statements: Sequence[Statement]) -> list[Statement]:
    """The same permissions in fewer statements: a managed policy has 6,144 characters, and a stack with every feature would need more.

    Statements of different services become one, since no action of a service applies to another's ARNs. Those of one service become one
    only if they are about the same ARNs, or about the same actions. Source: IAM User Guide, "IAM and AWS STS quotas".
    """
    actions: dict[str, list[str]] = {}
    for statement in statements:
        for arn in statement.resources:
            actions.setdefault(str(arn), []).extend(statement.actions)
    everywhere = actions.pop("*", [])
    arns: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for arn, of_arn in actions.items():
        arns.setdefault((arn.split(":")[2], tuple(sorted(set(of_arn)))), []).append(arn)
    layers: list[dict[str, Statement]] = [{}]
    for (service, of_service), on in arns.items():
        if all(service in layer for layer in layers):
            layers.append({})
        next(layer for layer in layers if service not in layer)[service] = allow(*of_service, on=on)
    return [*(_one(layer.values()) for layer in layers), allow(*everywhere, on="*", reason=_NO_RESOURCE)]


def _one(statements: Collection[Statement]) -> Statement:
    actions = [action for statement in statements for action in statement.actions]
    return Statement(actions=tuple(actions), resources=tuple(arn for each in statements for arn in each.resources))


def features_of(live: Live, media: Media, edge: Edge, regions: Sequence[Region]) -> tuple[Feature, ...]:
    """What a stack has of the optional parts, so that its roles may have no more than they need."""
    channels = live.channels
    has: dict[Feature, bool] = {
        "live": bool(channels),
        "live-flows": any(channel.flows for channel in channels),
        "live-schedules": any(channel.schedule for channel in channels),
        "live-secrets": any(channel.srt_passphrase_secret for channel in channels),
        "live-watch": any(channel.max_run_hours for channel in channels),
        "jit": media.packaging == "jit",
        "realtime-logs": edge.realtime_log_percent > 0,
        "replication": len(regions) > 1,
        "locked-replication": len(regions) > 1 and media.masters_lock is not None,
        "region-switch": sum(region.role != "standby" for region in regions) > 1,
    }
    return tuple(feature for feature, present in has.items() if present)
