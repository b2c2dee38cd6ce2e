"""MediaPackage v2: what a region's channels are sent to, and what CloudFront fetches them from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi_aws as aws
from pulumi import ComponentResource, Output, Resource, ResourceOptions

from components.cloud_control import CloudControlResource, tag_list
from components.live.logs import OriginLogs
from components.live.protection import LiveProtection
from components.refs import LiveRef, Placement
from marquee.settings.live import LiveChannel

ENDPOINT: Final = "cmaf"
"""The one endpoint of each channel: HLS and DASH share its segments, and so the caches before it."""
MANIFEST: Final = "index"
"""Manifests of both kinds: `index.m3u8` and `index.mpd`."""
WINDOW_SECONDS: Final = 60
"""What a manifest lists; more is reached by asking for an earlier time, within the start-over window."""


@dataclass(frozen=True, kw_only=True)
class LiveOriginArgs:
    """Arguments of `LiveOrigin`."""

    placement: Placement
    channels: tuple[LiveChannel, ...]
    segment_seconds: Mapping[str, int]
    """Channel → length of its segments in whole seconds."""
    writer: Resource
    """The role that MediaLive writes with; its name is `live-encoder`."""
    protection: LiveProtection | None
    """None leaves the channels unencrypted."""
    tags: Mapping[str, str]
    """Provider tags do not reach what Cloud Control makes."""


class LiveOrigin(ComponentResource):
    """A channel group with a channel and an endpoint for each live channel. Only MediaLive's role writes to a channel, exactly its own.

    Only CloudFront's distributions of this account and MediaPackage's own harvester read an endpoint.
    """

    ref: LiveRef
    ingest: Mapping[str, tuple[Output[str], Output[str]]]
    """Channel → the two URLs that its two pipelines send to."""

    def __init__(self, name: str, args: LiveOriginArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:LiveOrigin", name, {}, opts)
        place, self._args = args.placement, args
        self._group = place.names.live_group()
        group = aws.mediapackagev2.ChannelGroup(
            name, name=self._group, description="Live channels of the platform", opts=ResourceOptions(parent=self)
        )
        OriginLogs(f"{name}-logs", place, group.arn, opts=ResourceOptions(parent=self))
        self.ingest = {channel.name: self._channel(f"{name}-{channel.name}", channel, group) for channel in args.channels}
        self.ref = LiveRef(
            region=place.region,
            origin_domain=group.egress_domain,
            origin_path=f"/out/v1/{self._group}",
            channels=tuple(channel.name for channel in args.channels),
        )
        self.group_arn = group.arn
        self.register_outputs({"egress_domain": group.egress_domain})

    def _channel(self, name: str, channel: LiveChannel, group: Resource) -> tuple[Output[str], Output[str]]:
        place, args = self._args.placement, self._args
        where = {"ChannelGroupName": self._group, "ChannelName": channel.name}
        arn = channel_arn(place, channel.name)
        made = CloudControlResource(
            f"{name}-channel",
            "AWS::MediaPackageV2::Channel",
            {**where, "InputType": "HLS", "Description": f"Live channel {channel.name}", "Tags": tag_list(args.tags)},
            opts=ResourceOptions(parent=self, depends_on=[group]),
        )
        CloudControlResource(
            f"{name}-writer",
            "AWS::MediaPackageV2::ChannelPolicy",
            {**where, "Policy": _writer_policy(place, arn)},
            # MediaPackage looks the principal up.
            opts=ResourceOptions(parent=self, depends_on=[made, args.writer]),
        )
        endpoint = CloudControlResource(
            f"{name}-endpoint",
            "AWS::MediaPackageV2::OriginEndpoint",
            {**where, **self._endpoint(channel), "Tags": tag_list(args.tags)},
            opts=ResourceOptions(parent=self, depends_on=[made]),
        )
        CloudControlResource(
            f"{name}-readers",
            "AWS::MediaPackageV2::OriginEndpointPolicy",
            {**where, "OriginEndpointName": ENDPOINT, "Policy": _reader_policy(place, endpoint_arn(place, channel.name))},
            opts=ResourceOptions(parent=self, depends_on=[endpoint]),
        )
        return made.read("IngestEndpointUrls", 0), made.read("IngestEndpointUrls", 1)

    def _endpoint(self, channel: LiveChannel) -> dict[str, Any]:
        seconds, protection = self._args.segment_seconds[channel.name], self._args.protection
        segment: dict[str, Any] = {"SegmentDurationSeconds": seconds, "SegmentName": "segment"}
        if protection is not None:
            segment["Encryption"] = protection.encryption(channel.name)
        hls = {"ManifestName": MANIFEST, "ManifestWindowSeconds": WINDOW_SECONDS, "ProgramDateTimeIntervalSeconds": seconds}
        dash = {
            "ManifestName": MANIFEST,
            "ManifestWindowSeconds": WINDOW_SECONDS,
            "MinUpdatePeriodSeconds": seconds,
            "MinBufferTimeSeconds": seconds,
            "SuggestedPresentationDelaySeconds": 3 * seconds,
            "SegmentTemplateFormat": "NUMBER_WITH_TIMELINE",
            "UtcTiming": {"TimingMode": "UTC_DIRECT"},
        }
        return {
            "OriginEndpointName": ENDPOINT,
            "ContainerType": "CMAF",
            "StartoverWindowSeconds": channel.startover_hours * 3600,
            "Segment": segment,
            ("LowLatencyHlsManifests" if channel.low_latency else "HlsManifests"): [hls],
            "DashManifests": [dash],
        }


def channel_arn(place: Placement, channel: str) -> str:
    """ARN of a channel of the origin, known before it exists."""
    return f"arn:aws:mediapackagev2:{place.region}:{place.account}:channelGroup/{place.names.live_group()}/channel/{channel}"


def endpoint_arn(place: Placement, channel: str) -> str:
    """ARN of a channel's endpoint, known before it exists."""
    return f"{channel_arn(place, channel)}/originEndpoint/{ENDPOINT}"


def _writer_policy(place: Placement, arn: str) -> dict[str, Any]:
    """MediaLive signs its PUTs with its role. Source: MediaPackage v2 User Guide, "Ingest authorization"."""
    role = f"arn:aws:iam::{place.account}:role/{place.names.role('live-encoder', place.region)}"
    statement = {"Sid": "Write", "Effect": "Allow", "Principal": {"AWS": role}, "Action": "mediapackagev2:PutObject", "Resource": arn}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _reader_policy(place: Placement, arn: str) -> dict[str, Any]:
    """Sources: CloudFront Developer Guide, "Restrict access to a MediaPackage v2 origin"; MediaPackage v2 User Guide, "Origin endpoint
    authorization". The distribution's id is unknown here: the edge is made of what this region hands to it.
    """
    distributions = f"arn:aws:cloudfront::{place.account}:distribution/*"
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadThroughCloudFront",
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": ["mediapackagev2:GetHeadObject", "mediapackagev2:GetObject"],
                "Resource": arn,
                "Condition": {"ArnLike": {"aws:SourceArn": distributions}},
            },
            {
                "Sid": "Harvest",
                "Effect": "Allow",
                "Principal": {"Service": "mediapackagev2.amazonaws.com"},
                "Action": ["mediapackagev2:GetObject", "mediapackagev2:HarvestObject"],
                "Resource": arn,
                "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
            },
        ],
    }
