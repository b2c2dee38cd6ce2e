"""AWS Elemental MediaLive: inputs, and channels that a real ffmpeg runs."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Final

from marquee.emulator.live import work
from marquee.emulator.services.medialive_inputs import Inputs
from marquee.emulator.services.medialive_runs import Run, Runner, tell
from marquee.emulator.services.own import ApiCall, ApiError

Answer = Mapping[str, Any]
_FIRST_ID: Final = 1_000_001
_SHOWN: Final = ("ChannelClass", "Destinations", "EncoderSettings", "InputAttachments", "InputSpecification", "LogLevel", "Name", "RoleArn")


@dataclass(kw_only=True)
class Channel:
    """A channel and, while it is not idle, its run."""

    id: str
    account: str
    region: str
    given: dict[str, Any]
    """Its CreateChannel."""
    work: work.LiveWork
    tags: dict[str, str]
    state: str = "IDLE"
    run: Run | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:medialive:{self.region}:{self.account}:channel:{self.id}"


class MediaLive:
    """The service. Accounts and regions have channels and inputs of their own."""

    def __init__(self, runner: Runner):
        self._runner = runner
        self._channels: dict[str, Channel] = {}
        self._ids = count(_FIRST_ID)
        self._inputs = Inputs(self._ids)
        self._operations: dict[str, Callable[[ApiCall], Answer]] = {
            "CreateChannel": self._create,
            "DescribeChannel": lambda call: self._shown(self._channel(call)),
            "ListChannels": lambda call: {"Channels": [self._shown(one) for one in self._mine(call)]},
            "StartChannel": self._start,
            "StopChannel": self._stop,
            "CreateTags": self._tag,
            "ListTagsForResource": lambda call: {"Tags": dict(self._tags(call))},
            **self._inputs.operations(),
        }

    def answer(self, call: ApiCall) -> Answer:
        """One call of the API. Raises ApiError."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise ApiError(501, "NotImplemented", f"the emulated MediaLive has no {call.operation}")
        return operation(call)

    def progress(self) -> list[dict[str, Any]]:
        """It has no media jobs."""
        return []

    def feed(self, account: str, region: str, channel_id: str, source: Path | None) -> None:
        """Have the channel sent a file, or a test picture, over and over while it runs. KeyError for no such channel."""
        channel = self._channels[channel_id]
        if (channel.account, channel.region) != (account, region):
            raise KeyError(channel_id)
        self._runner.feed(self._address(channel), source, channel.run)

    def _mine(self, call: ApiCall) -> list[Channel]:
        return [one for one in list(self._channels.values()) if (one.account, one.region) == (call.account, call.region)]

    def _channel(self, call: ApiCall) -> Channel:
        found = self._channels.get(call.parameters["ChannelId"])
        if found is None or found not in self._mine(call):
            raise ApiError(404, "NotFoundException", f"There is no channel {call.parameters['ChannelId']}")
        return found

    def _create(self, call: ApiCall) -> Answer:
        given = dict(call.parameters)
        attachments: list[dict[str, Any]] = given.get("InputAttachments") or []
        if len(attachments) != 1:
            raise ApiError(422, "UnprocessableEntityException", "InputAttachments: the emulator takes exactly one")
        pipelines = 2 if given.get("ChannelClass", "STANDARD") == "STANDARD" else 1
        destinations: list[dict[str, list[Any]]] = given.get("Destinations") or []
        for destination in destinations:
            if len(destination.get("Settings") or []) != pipelines:
                raise ApiError(422, "UnprocessableEntityException", f"Destinations: {pipelines} pipelines need as many URLs")
        try:
            asked = work.read(given.get("EncoderSettings") or {})
        except (ValueError, KeyError) as error:
            raise ApiError(422, "UnprocessableEntityException", f"EncoderSettings: {error}") from error
        made = Channel(
            id=str(next(self._ids)), account=call.account, region=call.region, given=given, work=asked, tags=dict(given.get("Tags") or {})
        )
        self._inputs.attach(call, str(attachments[0]["InputId"]), made.id, pipelines)
        self._channels[made.id] = made
        return {"Channel": self._shown(made)}

    def _start(self, call: ApiCall) -> Answer:
        channel = self._channel(call)
        with channel.lock:
            if channel.state != "IDLE":
                raise ApiError(409, "ConflictException", f"Channel {channel.id} is {channel.state}, not IDLE")
            self._change(channel, "STARTING")
            channel.run = Run(
                channel_id=channel.id,
                arn=channel.arn,
                role=str(channel.given.get("RoleArn") or ""),
                url=channel.given["Destinations"][0]["Settings"][0]["Url"],
                contribution=self._address(channel),
                work=channel.work,
            )
        threading.Thread(target=self._begin, args=(channel, channel.run), name=f"medialive-{channel.id}", daemon=True).start()
        return self._shown(channel)

    def _begin(self, channel: Channel, run: Run) -> None:
        self._runner.begin(run)
        with channel.lock:
            if channel.run is run and channel.state == "STARTING":
                self._change(channel, "RUNNING")

    def _stop(self, call: ApiCall) -> Answer:
        channel = self._channel(call)
        with channel.lock:
            if channel.state not in {"STARTING", "RUNNING"}:
                raise ApiError(409, "ConflictException", f"Channel {channel.id} is {channel.state}, not RUNNING")
            self._change(channel, "STOPPING")
        threading.Thread(target=self._end, args=(channel,), name=f"medialive-{channel.id}-stop", daemon=True).start()
        return self._shown(channel)

    def _end(self, channel: Channel) -> None:
        if channel.run is not None:
            self._runner.end(channel.run)
        with channel.lock:
            channel.run = None
            self._change(channel, "IDLE")

    def _change(self, channel: Channel, state: str) -> None:
        """EventBridge hears of each state. Source: MediaLive User Guide, "States for channels"."""
        channel.state = state
        detail = {
            "channel_arn": channel.arn,
            "state": state,
            "message": f"Channel is {state.lower()}",
            "pipelines_running_count": 1 if state == "RUNNING" else 0,
        }
        tell(channel.arn, "MediaLive Channel State Change", detail)

    def _address(self, channel: Channel) -> str:
        return self._inputs.address(str(channel.given["InputAttachments"][0]["InputId"]))

    def _shown(self, channel: Channel) -> dict[str, Any]:
        return {
            **{name: channel.given[name] for name in _SHOWN if channel.given.get(name) is not None},
            "Arn": channel.arn,
            "Id": channel.id,
            "State": channel.state,
            "PipelinesRunningCount": 1 if channel.state == "RUNNING" else 0,
            "Tags": channel.tags,
        }

    def _tags(self, call: ApiCall) -> dict[str, str]:
        arn = str(call.parameters["ResourceArn"])
        found = next((one.tags for one in self._mine(call) if one.arn == arn), None)
        if found is None:
            found = self._inputs.tags(call, arn)
        return found

    def _tag(self, call: ApiCall) -> Answer:
        self._tags(call).update(call.parameters.get("Tags") or {})
        return {}
