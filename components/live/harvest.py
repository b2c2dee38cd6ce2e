"""From a window of a live channel to a title: the harvest job, a look at what it left, and the record."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi import ComponentResource, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.compute.state_machine import StateMachine, StateMachineArgs
from components.identity.statement import Statement, allow, through_bucket
from components.live.origin import ENDPOINT, MANIFEST, channel_arn, endpoint_arn
from components.media.retries import retries
from components.media.states import State, choice, fields, invoke, put_event, write
from components.refs import BucketRef, Placement, QueueRef, TableRef
from components.storage.table import use_table
from marquee.domain import titles
from marquee.settings.live import LiveChannel

_LOOK_EVERY = 15
"""Seconds between two looks at a job."""
_PACKAGES = ("m3u8", "mpegdash")


@dataclass(frozen=True, kw_only=True)
class LiveHarvestArgs:
    """Arguments of `LiveHarvest`."""

    placement: Placement
    channels: tuple[LiveChannel, ...]
    renditions: BucketRef
    """Open to MediaPackage's harvester below `titles/`."""
    catalogue: TableRef
    event_bus: str
    dead_letters: QueueRef


class LiveHarvest(ComponentResource):
    """`marquee live harvest` starts it. What it makes plays under the channel's own keys: whoever is entitled to the channel plays it.

    MediaPackage v2 has harvest jobs in its API alone, so they are made here and not declared. A title that came from an upload is
    never replaced.
    """

    def __init__(self, name: str, args: LiveHarvestArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:live:LiveHarvest", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        described = LambdaFunction(
            f"{name}-described",
            LambdaFunctionArgs(
                placement=place,
                workload="harvested",
                handler="runtime.publish.harvested.handler",
                packages=_PACKAGES,
                statements=_reading(args.renditions),
                dead_letters=args.dead_letters,
                memory_mb=512,
                timeout_seconds=300,
            ),
            opts=child,
        )
        jobs = [f"{endpoint_arn(place, channel.name)}/harvestJob/*" for channel in args.channels]
        made_from = [
            f"arn:aws:mediapackagev2:{place.region}:{place.account}:channelGroup/{place.names.live_group()}",
            *(channel_arn(place, channel.name) for channel in args.channels),
            *(endpoint_arn(place, channel.name) for channel in args.channels),
        ]
        StateMachine(
            name,
            StateMachineArgs(
                placement=place,
                purpose="live-harvest",
                definition=definition(
                    HarvestTargets(
                        group=place.names.live_group(),
                        low_latency={channel.name: channel.low_latency for channel in args.channels},
                        bucket=args.renditions.name,
                        function_arn=described.arn,
                        catalogue=args.catalogue.name,
                        event_bus=args.event_bus,
                    )
                ),
                statements=[
                    allow("mediapackagev2:CreateHarvestJob", "mediapackagev2:GetHarvestJob", on=[*made_from, *jobs]),
                    allow("lambda:InvokeFunction", on=described.arn),
                    *use_table(args.catalogue, "dynamodb:UpdateItem", region=place.region),
                    allow("events:PutEvents", on=f"arn:aws:events:{place.region}:{place.account}:event-bus/{args.event_bus}"),
                ],
            ),
            opts=ResourceOptions(parent=self, depends_on=[described]),
        )
        self.register_outputs({})


def _reading(bucket: BucketRef) -> tuple[Statement, ...]:
    return (
        allow("s3:GetObject", on=f"{bucket.arn}/{titles.RENDITIONS}*"),
        allow("s3:ListBucket", on=bucket.arn, when={"StringLike": {"s3:prefix": f"{titles.RENDITIONS}*"}}),
        allow("kms:Decrypt", on=bucket.key_arn, when=through_bucket(bucket.arn, bucket.region)),
    )


@dataclass(frozen=True, kw_only=True)
class HarvestTargets:
    """What the machine calls. All names are fixed, so a preview knows the whole definition."""

    group: str
    """Channel group."""
    low_latency: Mapping[str, bool]
    """Channel → whether its HLS manifest is a low-latency one."""
    bucket: str
    function_arn: str
    catalogue: str
    """Table name."""
    event_bus: str
    look_every: int = _LOOK_EVERY
    """Seconds between two looks at a job."""


def definition(targets: HarvestTargets) -> str:
    """The machine's definition. Its input: `channel`, `titleId`, `name`, `version`, `start` and `end` (ISO 8601), `at`."""
    which = {
        "ChannelGroupName": targets.group,
        "ChannelName": "{% $channel %}",
        "OriginEndpointName": ENDPOINT,
        "HarvestJobName": "{% $job %}",
    }
    status = "$states.result.Status"
    states: dict[str, State] = {
        "Receive": _receive(),
        "Harvest": _harvest(targets, which),
        "Wait": {"Type": "Wait", "Seconds": targets.look_every, "Next": "Look"},
        "Look": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:mediapackagev2:getHarvestJob",
            "Arguments": which,
            "Output": {"status": f"{{% {status} %}}", "error": "{% $string($states.result.ErrorMessage) %}"},
            "Retry": retries(),
            "TimeoutSeconds": 60,
            "Next": "Harvested?",
        },
        "Harvested?": choice(
            {"{% $states.input.status = 'COMPLETED' %}": "Describe", "{% $states.input.status in ['FAILED', 'CANCELLED'] %}": "Failed"},
            otherwise="Wait",
        ),
        "Describe": _describe(targets),
        "Complete?": choice({"{% $count($check.problems) = 0 %}": "Publish"}, otherwise="Incomplete"),
        "Publish": _publish(targets.catalogue),
        "Tell": _tell(targets.event_bus),
        "Failed": {"Type": "Fail", "Error": "HarvestFailed", "Cause": "{% $states.input.error %}"},
        "Incomplete": {"Type": "Fail", "Error": "IncompleteHarvest", "Cause": "{% $join($check.problems, '; ') %}"},
        "Taken": {"Type": "Fail", "Error": "TitleTaken", "Cause": "The title has an upload, or was withdrawn: choose another"},
        "Done": {"Type": "Succeed"},
    }
    return json.dumps(
        {"Comment": "From a window of a channel to a title", "QueryLanguage": "JSONata", "StartAt": "Receive", "States": states}
    )


def _receive() -> State:
    given = {name: f"{{% $states.input.{name} %}}" for name in ("channel", "titleId", "name", "version", "start", "end", "at")}
    prefix = f"'{titles.RENDITIONS}' & $states.input.titleId & '/' & $states.input.version & '/'"
    job = "{% $states.input.titleId & '-' & $states.input.version %}"
    return {"Type": "Pass", "Assign": {**given, "prefix": f"{{% {prefix} %}}", "job": job}, "Output": {}, "Next": "Harvest"}


def _harvest(targets: HarvestTargets, which: Mapping[str, str]) -> State:
    """The same window of the same channel for the same title is the same job, so that a second start finds the first one's."""
    hls = f"$lookup({json.dumps(dict(targets.low_latency))}, $channel) ? 'LowLatencyHlsManifests' : 'HlsManifests'"
    manifest = f"[{{'ManifestName': '{MANIFEST}'}}]"
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:mediapackagev2:createHarvestJob",
        "Arguments": {
            **which,
            "HarvestedManifests": f"{{% $merge([{{{hls}: {manifest}}}, {{'DashManifests': {manifest}}}]) %}}",
            "ScheduleConfiguration": {"StartTime": "{% $start %}", "EndTime": "{% $end %}"},
            "Destination": {"S3Destination": {"BucketName": targets.bucket, "DestinationPath": "{% $prefix %}"}},
        },
        "Output": {},
        "Retry": retries(),
        "Catch": [{"ErrorEquals": ["MediaPackageV2.ConflictException"], "Output": {}, "Next": "Look"}],
        "TimeoutSeconds": 60,
        "Next": "Look",
    }


def _describe(targets: HarvestTargets) -> State:
    given = {"bucket": targets.bucket, **fields("prefix")}
    return invoke(targets.function_arn, given, {"check": "{% $states.result.Payload %}"}, seconds=300, then="Complete?")


def _publish(table: str) -> State:
    names = ("title", "name", "status", "updatedAt", "uploadedAt", "version", "playback", "harvested", "withdrawn")
    texts = {":title": "$titleId", ":name": "$name", ":at": "$at", ":version": "$version"}
    window: dict[str, Any] = {name: {"S": f"{{% ${name} %}}"} for name in ("channel", "start", "end")}
    arguments = {
        "TableName": table,
        "Key": {titles.KEY: {"S": "{% $titleId %}"}},
        "ConditionExpression": "attribute_not_exists(#withdrawn) AND (attribute_not_exists(#key) OR attribute_exists(#harvested))",
        "UpdateExpression": (
            "SET #title = :title, #name = :name, #status = :status, #updatedAt = :at, #uploadedAt = :at, #version = :version,"
            " #playback = :playback, #harvested = :harvested"
        ),
        "ExpressionAttributeNames": {"#key": titles.KEY, **{f"#{name}": name for name in names}},
        "ExpressionAttributeValues": {
            **{name: {"S": f"{{% {value} %}}"} for name, value in texts.items()},
            ":status": {"S": "published"},
            ":playback": {"M": "{% $check.attributes %}"},
            ":harvested": {"M": window},
        },
    }
    return write("updateItem", arguments, then="Tell", conflict="Taken")


def _tell(event_bus: str) -> State:
    said = "'titleId': $titleId, 'version': $version, 'playback': $check.playback, 'replaces': null"
    return put_event(event_bus, source=titles.EVENT_SOURCE, kind=titles.PUBLISHED_EVENT, detail=f"{{% {{{said}}} %}}", then="Done")
