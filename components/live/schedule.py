"""EventBridge Scheduler: starts and stops the channels that have a schedule."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy, through
from components.refs import Placement, QueueRef
from marquee.settings.live import LiveChannel, LiveSchedule


@dataclass(frozen=True, kw_only=True)
class LiveSchedulesArgs:
    """Arguments of `LiveSchedules`."""

    placement: Placement
    schedules: Mapping[str, LiveSchedule]
    """Channel → its schedule; not empty."""
    channel_ids: Mapping[str, Input[str]]
    """Channel → MediaLive's id."""
    dead_letters: QueueRef


class LiveSchedules(ComponentResource):
    """Two schedules a channel, whose role may start and stop exactly these channels. A call that fails for an hour is a dead letter.

    An hour, because a start that comes later than that would put on air what nobody expects.
    """

    def __init__(self, name: str, args: LiveSchedulesArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:LiveSchedules", name, {}, opts)
        self._args, child = args, ResourceOptions(parent=self)
        place = args.placement
        group = aws.scheduler.ScheduleGroup(name, name=place.names.live_group(), opts=child)
        self._role = _role(name, args, child)
        for channel, schedule in args.schedules.items():
            self._schedule(f"{name}-{channel}-start", channel, schedule, schedule.start, group.name)
            self._schedule(f"{name}-{channel}-stop", channel, schedule, schedule.stop, group.name)
        self.register_outputs({})

    def _schedule(self, name: str, channel: str, schedule: LiveSchedule, expression: str, group: Output[str]) -> None:
        args, verb = self._args, name.rpartition("-")[2]
        aws.scheduler.Schedule(
            name,
            name=f"{channel}-{verb}",
            group_name=group,
            description=f"{verb}s the channel {channel}",
            schedule_expression=expression,
            schedule_expression_timezone=schedule.timezone,
            flexible_time_window={"mode": "OFF"},
            kms_key_arn=args.placement.keys.data,
            target={
                "arn": f"arn:aws:scheduler:::aws-sdk:medialive:{verb}Channel",
                "role_arn": self._role.ready,
                "input": Output.from_input(args.channel_ids[channel]).apply(lambda made: json.dumps({"ChannelId": made})),
                "dead_letter_config": {"arn": args.dead_letters.ready},
                "retry_policy": {"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 60},
            },
            opts=ResourceOptions(parent=self),
        )


def channel_arns(place: Placement, ids: Mapping[str, Input[str]]) -> tuple[Output[str], ...]:
    """ARNs of MediaLive's channels."""
    return tuple(Output.concat(f"arn:aws:medialive:{place.region}:{place.account}:channel:", made) for made in ids.values())


def scheduled(channels: tuple[LiveChannel, ...]) -> dict[str, LiveSchedule]:
    """Channel → schedule, of those that have one."""
    return {channel.name: channel.schedule for channel in channels if channel.schedule is not None}


def _role(name: str, args: LiveSchedulesArgs, opts: ResourceOptions) -> Role:
    place = args.placement
    region, account, group = place.region, place.account, place.names.live_group()
    ids = {channel: args.channel_ids[channel] for channel in args.schedules}
    its_schedules = {
        **through("scheduler", region),
        "ArnLike": {"kms:EncryptionContext:aws:scheduler:schedule:arn": f"arn:aws:scheduler:{region}:{account}:schedule/{group}/*"},
    }
    return Role(
        name,
        RoleArgs(
            role_name=place.names.role("live-schedule", region),
            trust=assume_role_policy(
                "scheduler.amazonaws.com", account=account, source_arn=f"arn:aws:scheduler:{region}:{account}:schedule-group/{group}"
            ),
            statements=[
                allow("medialive:StartChannel", "medialive:StopChannel", on=channel_arns(place, ids)),
                allow("sqs:SendMessage", on=args.dead_letters.arn),
                allow("kms:Decrypt", on=place.keys.data, when=its_schedules),
                allow("kms:Decrypt", "kms:GenerateDataKey", on=place.keys.data, when=through("sqs", region)),
            ],
            boundary_arn=place.boundary_arn,
            description="What the schedules of live channels may do",
        ),
        opts=opts,
    )
