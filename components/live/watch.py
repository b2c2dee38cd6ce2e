"""What ends a channel that runs for too long: a forgotten one costs more in a week than the rest of a small platform in a month."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.compute.state_machine import StateMachine, StateMachineArgs
from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.json_text import json_text
from components.media.retries import retries
from components.observability.any_alarm import alarm_on_any
from components.refs import Placement, QueueRef, TopicRef
from marquee.domain.names import live_channel

_LOOK_EVERY = 900
"""Seconds: four state transitions a look, 400 in half a day, which cost a cent."""


@dataclass(frozen=True, kw_only=True)
class LiveWatchArgs:
    """Arguments of `LiveWatch`."""

    placement: Placement
    arns: Mapping[str, Output[str]]
    """Channel → MediaLive's ARN."""
    hours: Mapping[str, int]
    """Channel → hours that it may run; not empty. A channel that is not in it may run for ever."""
    dead_letters: QueueRef
    alarms: TopicRef


class LiveWatch(ComponentResource):
    """Each start of a channel starts an execution, which looks until the channel has stopped, or stops it when its hours are over.

    Whoever started it and why does not matter: a schedule whose stop failed, an operator who went home. Such an execution fails, so
    that its alarm says what happened.
    """

    def __init__(self, name: str, args: LiveWatchArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:LiveWatch", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        watched = [arn for channel, arn in args.arns.items() if channel in args.hours]
        machine = StateMachine(
            name,
            StateMachineArgs(
                placement=place,
                purpose="live-watch",
                definition=definition({live_channel(place.names, channel): hours * 3600 for channel, hours in args.hours.items()}),
                statements=[allow("medialive:DescribeChannel", "medialive:StopChannel", on=watched)],
            ),
            opts=child,
        )
        self._start_with_each_channel(name, args, machine, watched)
        alarm_on_any(
            name,
            f"{place.names.prefix}: a live channel ran for longer than it may, and was stopped; or it could not be",
            namespace="AWS/States",
            metric="ExecutionsFailed",
            dimensions={"StateMachineArn": machine.arn},
            alarms=args.alarms,
            opts=child,
        )
        self.register_outputs({"arn": machine.ready})

    def _start_with_each_channel(self, name: str, args: LiveWatchArgs, machine: StateMachine, watched: list[Output[str]]) -> None:
        child, place = ResourceOptions(parent=self), args.placement
        rule_name = place.names.event_rule("live-running")
        running = {"channel_arn": watched, "state": ["RUNNING"]}
        rule = aws.cloudwatch.EventRule(
            name,
            name=rule_name,
            description="Live channels that have started",
            event_pattern=json_text({"source": ["aws.medialive"], "detail-type": ["MediaLive Channel State Change"], "detail": running}),
            opts=child,
        )
        role = Role(
            f"{name}-start",
            RoleArgs(
                role_name=place.names.role("live-watcher", place.region),
                trust=assume_role_policy(
                    "events.amazonaws.com",
                    account=place.account,
                    source_arn=f"arn:aws:events:{place.region}:{place.account}:rule/{rule_name}",
                ),
                statements=[allow("states:StartExecution", on=machine.arn)],
                boundary_arn=place.boundary_arn,
                description=f"What the rule {rule_name} may start",
            ),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            target_id="watch",
            arn=machine.ready,
            role_arn=role.ready,
            retry_policy={"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 185},
            dead_letter_config={"arn": args.dead_letters.arn},
            opts=child,
        )


def definition(limits: Mapping[str, int], *, look_every: int = _LOOK_EVERY) -> str:
    """The machine's definition. `limits`: MediaLive's channel name → seconds; `look_every` seconds lie between two looks."""
    looked = "$states.result"
    states: dict[str, Any] = {
        "Started": {
            "Type": "Pass",
            "Assign": {"id": "{% $split($states.input.detail.channel_arn, ':')[6] %}", "since": "{% $millis() %}"},
            "Next": "Look",
        },
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:medialive:describeChannel",
            "Arguments": {"ChannelId": "{% $id %}"},
            "Assign": {
                "state": f"{{% {looked}.State %}}",
                "limit": f"{{% $lookup({json.dumps(dict(limits))}, {looked}.Name) %}}",
                "seconds": "{% $floor(($millis() - $since) / 1000) %}",  # by the clock: looks and their retries take time too
            },
            "Retry": retries(),
            "TimeoutSeconds": 60,
            "Next": "Running?",
        },
        "Running?": {
            "Type": "Choice",
            "Choices": [
                {"Condition": "{% $state != 'RUNNING' or $not($exists($limit)) %}", "Next": "Ended"},
                {"Condition": "{% $seconds >= $limit %}", "Next": "Stop"},
            ],
            "Default": "Wait",
        },
        "Wait": {
            "Type": "Wait",
            "Seconds": f"{{% $min([{look_every}, $limit - $seconds]) %}}",
            "Next": "Look",
        },
        "Stop": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:medialive:stopChannel",
            "Arguments": {"ChannelId": "{% $id %}"},
            "Output": {},
            "Retry": retries(),
            "TimeoutSeconds": 60,
            "Next": "Stopped",
        },
        "Stopped": {"Type": "Fail", "Error": "RanTooLong", "Cause": "The channel ran for as long as it may, and was stopped"},
        "Ended": {"Type": "Succeed"},
    }
    return json.dumps(
        {"Comment": "Stops a channel whose hours are over", "QueryLanguage": "JSONata", "StartAt": "Started", "States": states}
    )
