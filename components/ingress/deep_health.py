"""`/health/deep`: whether this region really works, for whoever decides to send viewers elsewhere."""

from dataclasses import dataclass
from typing import ClassVar

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import allow
from components.refs import Placement, QueueRef, TableRef
from components.storage.table import use_table

PATH = "/health/deep"


@dataclass(frozen=True, kw_only=True)
class DeepHealthArgs:
    """Arguments of `DeepHealth`."""

    placement: Placement
    catalogue: TableRef
    dead_letters: QueueRef
    listener_arn: Input[str]


class DeepHealth(ComponentResource):
    """A Lambda function behind a rule of the listener. It asks the table, the queue and the key, and changes none of them."""

    CALLS: ClassVar[frozenset[str]] = frozenset({"dynamodb", "kms", "sqs"})
    """AWS services that its code calls, by IAM prefix."""

    target_group_arn_suffix: Output[str]
    """How CloudWatch's metrics call it."""

    def __init__(self, name: str, args: DeepHealthArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:ingress:DeepHealth", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload="health",
                handler="runtime.health.handler.handler",
                statements=[
                    *use_table(args.catalogue, "dynamodb:GetItem", region=place.region),
                    allow("sqs:GetQueueAttributes", on=args.dead_letters.arn),
                    allow("kms:Encrypt", on=place.keys.data),
                ],
                dead_letters=args.dead_letters,
                environment={
                    "TABLE_NAME": args.catalogue.name,
                    "TABLE_KEYS": ",".join(args.catalogue.key_attributes),
                    "QUEUE_URL": args.dead_letters.url,
                    "KEY_ARN": place.keys.data,
                },
            ),
            opts=child,
        )
        group = aws.lb.TargetGroup(
            name,
            name=place.names.target_group("health"),
            target_type="lambda",
            health_check={"enabled": True, "path": PATH, "matcher": "200", "interval": 60, "timeout": 10},  # seconds
            opts=child,
        )
        permission = function.let_in(name, "elasticloadbalancing", source_arn=group.arn, opts=child)
        aws.lb.TargetGroupAttachment(
            name,
            target_group_arn=group.arn,
            target_id=function.ready,
            # Elastic Load Balancing tries the function when it is attached.
            opts=ResourceOptions(parent=self, depends_on=[permission]),
        )
        aws.lb.ListenerRule(
            name,
            listener_arn=args.listener_arn,
            priority=1,
            conditions=[{"path_pattern": {"values": [PATH]}}, {"http_request_method": {"values": ["GET"]}}],
            actions=[{"type": "forward", "target_group_arn": group.arn}],
            opts=child,
        )
        self.target_group_arn_suffix = group.arn_suffix
        self.register_outputs({"path": PATH})
