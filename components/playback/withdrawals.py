"""Ends what still plays of a title that was taken down: its tokens are revoked, by the function that operators call for it too."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.compute.function import LambdaFunction
from components.refs import Placement, QueueRef
from marquee.domain import titles


@dataclass(frozen=True, kw_only=True)
class WithdrawalsArgs:
    """Arguments of `Withdrawals`."""

    placement: Placement
    bus: Input[str]
    """Name of the platform's bus in this region, once it exists."""
    revoke: LambdaFunction
    """`runtime.playback.revoke`."""
    dead_letters: QueueRef


class Withdrawals(ComponentResource):
    """A region's rule for titles that were taken down there. The revocation itself reaches every region and the edge."""

    def __init__(self, name: str, args: WithdrawalsArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:Withdrawals", name, {}, opts)
        child = ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            name,
            name=args.placement.names.event_rule("revoke"),
            event_bus_name=args.bus,
            description="Titles that were taken down: whoever watches one is asked to stop",
            event_pattern=json.dumps({"source": [titles.EVENT_SOURCE], "detail-type": [titles.TAKEN_DOWN_EVENT]}),
            opts=child,
        )
        permission = args.revoke.let_in(name, "events", source_arn=rule.arn, opts=child)
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            event_bus_name=args.bus,
            target_id="revoke",
            arn=args.revoke.ready,
            input_transformer={
                "input_paths": {"title": "$.detail.titleId"},
                "input_template": '{"revoke": [{"kind": "title", "id": <title>}]}',  # EventBridge quotes a text itself
            },
            dead_letter_config={"arn": args.dead_letters.ready},
            opts=ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({})
