"""Live channels: what sends to them, when they run, and what they become."""

from typing import Annotated, Literal

from pydantic import Field

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import (
    ChannelName,
    Cidr,
    Cron,
    Flag,
    FlowArn,
    HostPort,
    ListOf,
    RegionName,
    SecretArn,
    TimeZone,
    Whole,
)

LiveInput = Literal["rtmp_push", "srt_listener", "srt_caller", "mediaconnect"]
FrameRate = Literal["24", "25", "30", "50", "60", "24000/1001", "30000/1001", "60000/1001"]

_SIZES = {"540p": (960, 540), "720p": (1280, 720), "1080p": (1920, 1080)}


class LiveSchedule(Section):
    """When a channel starts and stops. Outside of it nothing runs, and nothing but storage is billed."""

    start: Cron
    """When the channel starts, as EventBridge Scheduler writes it. Example: cron(45 17 ? * MON-FRI *)."""
    stop: Cron
    """When it stops. Example: cron(15 23 ? * MON-FRI *)."""
    timezone: TimeZone = "UTC"
    """Clock of both, daylight saving included. Example: Europe/Dublin."""


class LiveChannel(Section):
    """One channel, in one region. Made idle: it runs, and is billed by the hour, from a start to a stop."""

    name: ChannelName
    """Its name in URLs, and the title id that viewers are entitled to. Example: news."""
    region: RegionName
    """Region that encodes and serves it, one of the stack's."""
    input: LiveInput
    """`rtmp_push` and `srt_listener` are sent to, `srt_caller` fetches from `srt_sources`, `mediaconnect` takes `flows` that exist."""
    allowed_cidrs: Annotated[tuple[Cidr, ...], ListOf] = ()
    """Networks that may send to a `rtmp_push` or `srt_listener` input, /24 to /32 each. Example: [203.0.113.7/32]."""
    srt_sources: Annotated[tuple[HostPort, ...], Field(max_length=2), ListOf] = ()
    """With `srt_caller`: two listeners of the contributor's, one a pipeline. Example: [srt1.example.org:9000, srt2.example.org:9000]."""
    srt_passphrase_secret: SecretArn | None = None
    """Secret with the SRT passphrase (AES-256): required by `srt_listener`, null lets an `srt_caller` take an unencrypted feed."""
    flows: Annotated[tuple[FlowArn, ...], Field(max_length=2), ListOf] = ()
    """With `mediaconnect`: two flows, each in a zone of its own, one a pipeline."""
    resolution: Literal["540p", "720p", "1080p"] = "1080p"
    """What the contribution sends; the ladder ends there."""
    frame_rate: FrameRate = "25"
    """Frames a second of the contribution, in quotes. Example: "30000/1001"."""
    low_latency: Flag = True
    """True: low-latency HLS and segments of 2 s. False: ordinary HLS and segments of `media.segment_seconds`."""
    startover_hours: Annotated[Whole, Between(1, 336)] = 24
    """Hours back that a viewer may go, and that `marquee live harvest` may cut from; 1 to 336."""
    schedule: LiveSchedule | None = None
    """When it starts and stops by itself; null leaves that to an operator."""
    max_run_hours: Annotated[Whole, Between(1, 720)] | None = 12
    """Hours after which a running channel is stopped and an alarm raised, whoever started it; null lets it run for ever."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the contribution in pixels."""
        return _SIZES[self.resolution]


class Live(Section):
    """Live channels. None costs anything but its idle resources (an idle MediaLive channel has a small hourly fee) until it is started."""

    channels: Annotated[tuple[LiveChannel, ...], ListOf] = ()
    """The channels of all regions."""
    key_rotation_seconds: Annotated[Whole, Between(300, 86_400)] = 3600
    """Seconds that one set of content keys lasts, 300 to 86,400; players ask for the next one while they play."""

    def in_region(self, region: str) -> tuple[LiveChannel, ...]:
        """The channels of one region, in the file's order."""
        return tuple(channel for channel in self.channels if channel.region == region)
