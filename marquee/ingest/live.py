"""Live channels as an operator handles them: start, stop, look, and make a title of what was on."""
# pyright: reportMissingTypeStubs=false

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from botocore.exceptions import BotoCoreError, ClientError

from marquee.domain import titles
from marquee.domain.names import live_channel
from marquee.errors import MarqueeError
from marquee.ingest.target import Target

State = Literal["IDLE", "RUNNING"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """A channel as MediaLive and MediaPackage describe it."""

    name: str
    id: str
    """MediaLive's."""
    state: str
    """`IDLE`, `STARTING`, `RUNNING`, `STOPPING`, …"""
    sends_to: tuple[str, ...]
    """Addresses that a contribution is sent to; none for an input that fetches."""
    origin: str
    """Where its manifests are, without their names: the origin, which answers CloudFront alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was on from `start` to `end`, both aware of their time zone."""

    start: datetime
    end: datetime


class LiveChannels:
    """The channels of one region."""

    def __init__(self, target: Target):
        self._target = target
        self._medialive = target.client("medialive")

    def show(self, name: str) -> ChannelState:
        """The channel of this name. MarqueeError if the stack has none in the region."""
        wanted = live_channel(self._target.names, name)
        try:
            pages = self._medialive.get_paginator("list_channels").paginate()
            found = next((one for page in pages for one in page["Channels"] if one["Name"] == wanted), None)
            if found is None:
                raise MarqueeError(f"{self._target.region} has no channel {wanted}", fix="is the stack deployed? `pulumi up` does it")
            described = self._medialive.describe_channel(ChannelId=found["Id"])
            inputs = [self._medialive.describe_input(InputId=one["InputId"]) for one in described["InputAttachments"]]
            group = self._target.names.live_group()
            domain = self._target.client("mediapackagev2").get_channel_group(ChannelGroupName=group)["EgressDomain"]
        except (BotoCoreError, ClientError) as error:
            raise MarqueeError(f"channel {name}: {error}") from error
        return ChannelState(
            name=name,
            id=described["Id"],
            state=described["State"],
            sends_to=tuple(place["Url"] for one in inputs for place in one.get("Destinations", []) if place.get("Url")),
            origin=f"https://{domain}/out/v1/{group}/{name}/cmaf/",
        )

    def start(self, name: str, *, seconds: float) -> ChannelState:
        """Start the channel and wait until it runs. One that runs stays as it is."""
        return self._to(name, "RUNNING", seconds)

    def stop(self, name: str, *, seconds: float) -> ChannelState:
        """Stop the channel and wait until it is idle. One that is idle stays as it is."""
        return self._to(name, "IDLE", seconds)

    def harvest(self, name: str, title: str, window: Window, *, shown_as: str, seconds: float) -> str:
        """Make a title of a window and wait for it; the title's version. The same window for the same title is the same version.

        MarqueeError with the reason if it fails.
        """
        start, end = (moment.astimezone(UTC).isoformat() for moment in (window.start, window.end))
        version = titles.version_of(f"{name}/{start}/{end}")
        given = {
            "channel": name,
            "titleId": title,
            "name": shown_as,
            "version": version,
            "start": start,
            "end": end,
            "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        machine = self._target.names.state_machine("live-harvest")
        account = self._target.names.account
        arn = f"arn:aws:states:{self._target.region}:{account}:stateMachine:{machine}"
        states = self._target.client("stepfunctions")
        try:
            execution = states.start_execution(stateMachineArn=arn, input=json.dumps(given))["executionArn"]
            ended = _wait(lambda: states.describe_execution(executionArn=execution), lambda found: found["status"] != "RUNNING", seconds)
        except (BotoCoreError, ClientError) as error:
            raise MarqueeError(f"the harvest of {name}: {error}") from error
        if ended["status"] != "SUCCEEDED":
            raise MarqueeError(f"the harvest of {name} failed: {ended.get('cause') or ended.get('error') or ended['status']}")
        return version

    def _to(self, name: str, state: State, seconds: float) -> ChannelState:
        found = self.show(name)
        if found.state == state:
            return found
        change = self._medialive.start_channel if state == "RUNNING" else self._medialive.stop_channel
        try:
            change(ChannelId=found.id)
        except ClientError as error:
            raise MarqueeError(f"channel {name} is {found.state}: {error}", fix="wait until it is IDLE or RUNNING") from error
        _wait(lambda: self._medialive.describe_channel(ChannelId=found.id), lambda now: now["State"] == state, seconds)
        return self.show(name)


def _wait(look: Callable[[], dict[str, Any]], is_done: Callable[[dict[str, Any]], bool], seconds: float) -> dict[str, Any]:
    """What `look` answers once `is_done` of it, asked ever more slowly. MarqueeError after `seconds`."""
    deadline, pause = time.monotonic() + seconds, 0.1
    while not is_done(answer := look()):
        if time.monotonic() + pause > deadline:
            raise MarqueeError(f"it is not done after {seconds:g} s", fix="it goes on by itself; `marquee live status` shows how it ends")
        time.sleep(pause)
        pause = min(pause * 1.5, 3.0)
    return answer
