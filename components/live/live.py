"""A region's live channels, from contribution to origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.live.channel import Encoder, EncoderArgs
from components.live.harvest import LiveHarvest, LiveHarvestArgs
from components.live.origin import LiveOrigin, LiveOriginArgs, channel_arn
from components.live.protection import LiveProtection
from components.live.schedule import LiveSchedules, LiveSchedulesArgs, scheduled
from components.live.watch import LiveWatch, LiveWatchArgs
from components.refs import BucketRef, KeyProviderRef, LiveRef, Placement, QueueRef, TableRef, TopicRef
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.live import LOW_LATENCY_SECONDS, live_plan
from marquee.domain.ladder.plan import Plan
from marquee.settings.live import LiveChannel
from marquee.settings.media import Media

_LOG_GROUP = "ElementalMediaLive"
"""Where MediaLive writes, whatever one would like: one group an account and region. Source: MediaLive User Guide, "Channel logs"."""


@dataclass(frozen=True, kw_only=True)
class LiveArgs:
    """Arguments of `Live`."""

    placement: Placement
    channels: tuple[LiveChannel, ...]
    """Of this region; not empty."""
    media: Media
    protection: Protection
    key_provider: KeyProviderRef | None
    """None leaves the channels unencrypted."""
    rotation_seconds: int
    """Length of a key period."""
    owns_account_logs: bool
    """True: MediaLive's log group, which all stacks of the account share, is made here, encrypted and not kept for ever."""
    renditions: BucketRef
    """Where harvests go; open to MediaPackage's harvester."""
    catalogue: TableRef
    event_bus: str
    """Name of the platform's bus."""
    dead_letters: QueueRef
    """Open to the region's rule `live-running`."""
    alarms: TopicRef
    tags: Mapping[str, str]
    """The platform's tags, for what provider tags do not reach."""


class Live(ComponentResource):
    """Channels that are idle until they are started; what runs too long is stopped. Give it the provider of its region."""

    ref: LiveRef
    channel_ids: Mapping[str, Output[str]]
    """Channel → MediaLive's id, to start and stop it by."""

    def __init__(self, name: str, args: LiveArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:Live", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        plans = {channel.name: _plan(channel, args.media) for channel in args.channels}
        role = _encoder_role(f"{name}-encoder", args, child)
        if args.owns_account_logs:
            aws.cloudwatch.LogGroup(
                f"{name}-log", name=_LOG_GROUP, kms_key_id=place.keys.logs, retention_in_days=place.log_retention_days, opts=child
            )
        origin = LiveOrigin(
            f"{name}-origin",
            LiveOriginArgs(
                placement=place,
                channels=args.channels,
                segment_seconds={channel: int(plan.segment_duration) for channel, plan in plans.items()},
                writer=role,
                protection=_protection(name, args, child),
                tags=args.tags,
            ),
            opts=child,
        )
        encoders = {
            channel.name: Encoder(
                f"{name}-{channel.name}",
                EncoderArgs(
                    placement=place,
                    channel=channel,
                    plan=plans[channel.name],
                    ingest=origin.ingest[channel.name],
                    role_arn=role.ready,
                    alarms=args.alarms,
                    tags=args.tags,
                ),
                opts=child,
            )
            for channel in args.channels
        }
        self.ref = origin.ref
        self.channel_ids = {channel: encoder.channel_id for channel, encoder in encoders.items()}
        self._control(name, args, encoders)
        LiveHarvest(
            f"{name}-harvest",
            LiveHarvestArgs(
                placement=place,
                channels=args.channels,
                renditions=args.renditions,
                catalogue=args.catalogue,
                event_bus=args.event_bus,
                dead_letters=args.dead_letters,
            ),
            opts=ResourceOptions(parent=self, depends_on=[origin]),
        )
        self.register_outputs({"origin_domain": self.ref.origin_domain})

    def _control(self, name: str, args: LiveArgs, encoders: Mapping[str, Encoder]) -> None:
        """What starts and what ends channels by itself."""
        child = ResourceOptions(parent=self)
        if schedules := scheduled(args.channels):
            LiveSchedules(
                f"{name}-schedule",
                LiveSchedulesArgs(
                    placement=args.placement, schedules=schedules, channel_ids=self.channel_ids, dead_letters=args.dead_letters
                ),
                opts=child,
            )
        if hours := {channel.name: channel.max_run_hours for channel in args.channels if channel.max_run_hours is not None}:
            LiveWatch(
                f"{name}-watch",
                LiveWatchArgs(
                    placement=args.placement,
                    arns={channel: encoder.arn for channel, encoder in encoders.items()},
                    hours=hours,
                    dead_letters=args.dead_letters,
                    alarms=args.alarms,
                ),
                opts=child,
            )


def _plan(channel: LiveChannel, media: Media) -> Plan:
    width, height = channel.size
    seconds = LOW_LATENCY_SECONDS if channel.low_latency else Fraction(str(media.segment_seconds))
    return live_plan(width, height, Fraction(channel.frame_rate), segment_seconds=seconds, gop_seconds=Fraction(str(media.gop_seconds)))


def _protection(name: str, args: LiveArgs, opts: ResourceOptions) -> LiveProtection | None:
    if args.key_provider is None:
        return None
    return LiveProtection(
        f"{name}-keys",
        placement=args.placement,
        key_provider=args.key_provider,
        protection=args.protection,
        rotation_seconds=args.rotation_seconds,
        opts=opts,
    )


def _encoder_role(name: str, args: LiveArgs, opts: ResourceOptions) -> Role:
    """What MediaLive writes to the origin, reads from flows and secrets, and logs. Source: MediaLive User Guide, "Requirements for the
    trusted entity".
    """
    place = args.placement
    logs = f"arn:aws:logs:{place.region}:{place.account}:log-group:{_LOG_GROUP}"
    flows = [flow for channel in args.channels for flow in channel.flows]
    secrets = [channel.srt_passphrase_secret for channel in args.channels if channel.srt_passphrase_secret]
    statements: list[Statement] = [
        allow("mediapackagev2:PutObject", on=[channel_arn(place, channel.name) for channel in args.channels]),
        allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", on=[logs, f"{logs}:*"]),
    ]
    if flows:
        statements.append(
            allow("mediaconnect:ManagedAddOutput", "mediaconnect:ManagedDescribeFlow", "mediaconnect:ManagedRemoveOutput", on=flows)
        )
    if secrets:
        statements.append(allow("secretsmanager:GetSecretValue", on=secrets))
    return Role(
        name,
        RoleArgs(
            role_name=place.names.role("live-encoder", place.region),
            trust=assume_role_policy("medialive.amazonaws.com", account=place.account),
            statements=statements,
            boundary_arn=place.boundary_arn,
            description="What MediaLive may do for live channels",
        ),
        opts=opts,
    )
