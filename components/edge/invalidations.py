"""Makes the edge forget what is taken down: a queue, a function that spends within limits, and an alarm for what waits."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import Statement, allow, through
from components.messaging.queue import Queue, QueueArgs
from components.refs import DistributionRef, Placement, QueueRef, TableRef, TopicRef
from components.storage.table import use_table
from marquee.domain import titles
from marquee.settings.edge import Invalidations as Limits

_TIMEOUT = 30  # seconds
_BATCH, _WINDOW = 10, 20  # messages, seconds: an operator who takes a series down sends its episodes one after the other
_PATIENCE = 1800
"""Seconds that a takedown may wait before somebody is told. Its title is refused all the same."""


@dataclass(frozen=True, kw_only=True)
class InvalidationsArgs:
    """Arguments of `Invalidations`."""

    placement: Placement
    bus: Input[str]
    """Name of the platform's bus in this region, once it exists."""
    distribution: DistributionRef
    limits: Limits
    spent: TableRef
    regions: Sequence[str]
    """All of the stack: they share the month's limit."""
    dead_letters: QueueRef
    alarms: TopicRef


class Invalidations(ComponentResource):
    """Events wait in the queue for up to 14 days until the limits let them through: none is dropped, and none costs unasked."""

    def __init__(self, name: str, args: InvalidationsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Invalidations", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        queue = Queue(
            name,
            QueueArgs(
                placement=place,
                purpose="invalidations",
                event_sources=[place.bus_rule_arn("invalidate")],
                visibility_seconds=6 * _TIMEOUT,
            ),
            opts=child,
        ).ref
        rule = aws.cloudwatch.EventRule(
            name,
            name=place.names.event_rule("invalidate"),
            event_bus_name=args.bus,
            description="Titles that were taken down",
            event_pattern=json.dumps({"source": [titles.EVENT_SOURCE], "detail-type": [titles.TAKEN_DOWN_EVENT]}),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            event_bus_name=args.bus,
            target_id="queue",
            arn=queue.ready,
            dead_letter_config={"arn": args.dead_letters.ready},
            opts=child,
        )
        function = self._function(name, args, queue)
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=queue.ready,
            function_name=function.ready,
            batch_size=_BATCH,
            maximum_batching_window_in_seconds=_WINDOW,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximum_concurrency": 2},  # the least there is
            opts=child,
        )
        aws.cloudwatch.MetricAlarm(
            name,
            alarm_description="Takedowns wait to be invalidated: raise edge.invalidations if it is their limit, or read the function's log",
            namespace="AWS/SQS",
            metric_name="ApproximateAgeOfOldestMessage",
            dimensions={"QueueName": queue.name},
            statistic="Maximum",
            period=300,
            evaluation_periods=1,
            comparison_operator="GreaterThanThreshold",
            threshold=_PATIENCE,
            treat_missing_data="notBreaching",
            alarm_actions=[args.alarms.arn],
            ok_actions=[args.alarms.arn],
            opts=child,
        )
        self.register_outputs({"queue": queue.url})

    def _function(self, name: str, args: InvalidationsArgs, queue: QueueRef) -> LambdaFunction:
        place, limits = args.placement, args.limits
        return LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload="invalidate",
                handler="runtime.invalidation.handler.handler",
                statements=_statements(args, queue),
                dead_letters=args.dead_letters,
                environment={
                    "DISTRIBUTION_ID": args.distribution.id,
                    "TABLE_NAME": args.spent.name,
                    "OTHER_REGIONS": ",".join(region for region in args.regions if region != place.region),
                    "PATHS_PER_HOUR": str(limits.paths_per_hour),
                    "PATHS_PER_MONTH": str(limits.paths_per_month),
                },
                timeout_seconds=_TIMEOUT,
            ),
            opts=ResourceOptions(parent=self),
        )


def _statements(args: InvalidationsArgs, queue: QueueRef) -> tuple[Statement, ...]:
    place = args.placement
    return (
        allow("cloudfront:CreateInvalidation", on=args.distribution.arn),
        *use_table(args.spent, "dynamodb:GetItem", "dynamodb:UpdateItem", region=place.region),
        allow("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage", on=queue.arn),
        allow("kms:Decrypt", on=place.keys.data, when=through("sqs", place.region)),
    )
