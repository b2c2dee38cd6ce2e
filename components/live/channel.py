"""MediaLive: a channel of two pipelines, idle until somebody starts it, and its alarms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.live.contribution import Contribution
from components.live.encoder import provider_names
from components.refs import Placement, TopicRef
from marquee.domain.ladder import medialive
from marquee.domain.ladder.plan import Plan
from marquee.domain.names import live_channel
from marquee.settings.live import LiveChannel

_DESTINATION: Final = "origin"
_PIPELINES: Final = ("0", "1")


@dataclass(frozen=True, kw_only=True)
class EncoderArgs:
    """Arguments of `Encoder`."""

    placement: Placement
    channel: LiveChannel
    plan: Plan
    ingest: Sequence[Input[str]]
    """The origin's two URLs."""
    role_arn: Input[str]
    """MediaLive's role, with its policies attached: it is checked when the channel is made."""
    alarms: TopicRef
    tags: Mapping[str, str]


class Encoder(ComponentResource):
    """Two pipelines in two zones, locked to each other, so that the origin may change from one to the other inside a programme."""

    arn: Output[str]
    channel_id: Output[str]

    def __init__(self, name: str, args: EncoderArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:Encoder", name, {}, opts)
        child = ResourceOptions(parent=self)
        place, channel = args.placement, args.channel
        contribution = Contribution(f"{name}-input", placement=place, channel=channel, role_arn=args.role_arn, tags=args.tags, opts=child)
        made = aws.medialive.Channel(
            name,
            name=live_channel(place.names, channel.name),
            channel_class="STANDARD",
            role_arn=args.role_arn,
            start_channel=False,  # an update of the stack never starts what is billed by the minute
            log_level="WARNING",
            input_specification={
                "codec": "AVC",
                "input_resolution": "SD" if channel.resolution == "540p" else "HD",
                "maximum_bitrate": "MAX_20_MBPS",
            },
            destinations=[{"id": _DESTINATION, "settings": [{"url": url} for url in args.ingest]}],
            input_attachments=[
                {
                    "input_attachment_name": "contribution",
                    "input_id": contribution.input_id,
                    "input_settings": provider_names(medialive.input_settings(args.plan)),
                }
            ],
            encoder_settings=provider_names(medialive.encoder_settings(args.plan, medialive.Channel(destination=_DESTINATION))),
            opts=child,
        )
        self.arn, self.channel_id = made.arn, made.channel_id
        self._watch(name, args)
        self.register_outputs({"arn": self.arn})

    def _watch(self, name: str, args: EncoderArgs) -> None:
        """An idle channel reports nothing, which is no alarm. Source of the metrics: MediaLive User Guide, "Monitoring channels"."""
        called = f"{args.placement.names.prefix}: channel {args.channel.name}"
        self._alarm(f"{name}-input", args, "FillMsec", "MAX", f"{called} gets no picture and fills with black", above=1000)
        self._alarm(f"{name}-frames", args, "DroppedFrames", "SUM", f"{called} drops frames: its encoder does not keep up", above=0)
        self._alarm(f"{name}-alerts", args, "ActiveAlerts", "MAX", f"{called} has an alert; MediaLive's console names it", above=0)

    def _alarm(self, name: str, args: EncoderArgs, metric: str, over: str, description: str, *, above: int) -> None:
        statistic = "Sum" if over == "SUM" else "Maximum"
        queries: list[dict[str, Any]] = [
            {
                "id": f"p{pipeline}",
                "metric": {
                    "namespace": "AWS/MediaLive",
                    "metric_name": metric,
                    "dimensions": {"ChannelId": self.channel_id, "Pipeline": pipeline},
                    "stat": statistic,
                    "period": 60,
                },
            }
            for pipeline in _PIPELINES
        ]
        either = {"id": "either", "expression": f"{over}(METRICS())", "label": f"{metric} of both pipelines", "return_data": True}
        aws.cloudwatch.MetricAlarm(
            name,
            alarm_description=description,
            metric_queries=[either, *queries],  # pyright: ignore[reportArgumentType]
            comparison_operator="GreaterThanThreshold",
            threshold=above,
            evaluation_periods=2,
            datapoints_to_alarm=2,
            treat_missing_data="notBreaching",
            alarm_actions=[args.alarms.arn],
            ok_actions=[args.alarms.arn],
            opts=ResourceOptions(parent=self),
        )
