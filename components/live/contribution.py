"""What a channel is fed by: an input, and who may send to it."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.cloud_control import CloudControlResource
from components.refs import Placement
from marquee.domain.names import live_channel
from marquee.settings.live import LiveChannel

_SRT_LATENCY_MS = 2000
"""Time to ask again for what was lost: four round trips across an ocean and to spare."""


class Contribution(ComponentResource):
    """One input with two sources, one for each pipeline of the channel. Nobody but the named networks may send to it."""

    input_id: Output[str]

    def __init__(
        self,
        name: str,
        *,
        placement: Placement,
        channel: LiveChannel,
        role_arn: Input[str],
        tags: Mapping[str, str],
        opts: ResourceOptions | None = None,
    ):
        """`role_arn`: what MediaLive reads flows and secrets with. `tags`: for what provider tags do not reach."""
        super().__init__("marquee:live:Contribution", name, {}, opts)
        self._name, self._channel, self._role_arn, self._tags = name, channel, role_arn, tags
        self._input_name = live_channel(placement.names, channel.name)
        match channel.input:
            case "rtmp_push":
                self.input_id = self._rtmp()
            case "mediaconnect":
                self.input_id = self._mediaconnect()
            case "srt_listener" | "srt_caller":
                self.input_id = self._srt()
        self.register_outputs({"input_id": self.input_id})

    def _senders(self) -> list[Input[str]]:
        group = aws.medialive.InputSecurityGroup(
            self._name,
            whitelist_rules=[{"cidr": str(block)} for block in self._channel.allowed_cidrs],
            opts=ResourceOptions(parent=self),
        )
        return [group.id]

    def _rtmp(self) -> Output[str]:
        made = aws.medialive.Input(
            self._name,
            name=self._input_name,
            type="RTMP_PUSH",
            destinations=[{"stream_name": f"{self._channel.name}/{pipeline}"} for pipeline in ("primary", "secondary")],
            input_security_groups=self._senders(),
            opts=self._replaced(),
        )
        return made.id

    def _mediaconnect(self) -> Output[str]:
        made = aws.medialive.Input(
            self._name,
            name=self._input_name,
            type="MEDIACONNECT",
            media_connect_flows=[{"flow_arn": flow} for flow in self._channel.flows],
            role_arn=self._role_arn,
            opts=self._replaced(),
        )
        return made.id

    def _replaced(self) -> ResourceOptions:
        """Another kind of input is another input. The old one goes last: MediaLive deletes none that a channel is fed by, while the
        provider would, for its fixed name's sake.
        """
        return ResourceOptions(parent=self, delete_before_replace=False)

    def _srt(self) -> Output[str]:
        """The SDK's own type has no SRT settings."""
        channel = self._channel
        body: dict[str, Any] = {"Name": self._input_name, "RoleArn": self._role_arn, "Tags": dict(self._tags)}
        if channel.input == "srt_caller":
            body |= {"Type": "SRT_CALLER", "SrtSettings": {"SrtCallerSources": [self._source(place) for place in channel.srt_sources]}}
        else:
            listener = {"MinimumLatency": _SRT_LATENCY_MS, **self._decryption()}
            body |= {
                "Type": "SRT_LISTENER",
                "SrtSettings": {"SrtListenerSettings": listener},
                "InputSecurityGroups": self._senders(),
            }
        return CloudControlResource(self._name, "AWS::MediaLive::Input", body, opts=ResourceOptions(parent=self)).read("Id")

    def _source(self, place: str) -> dict[str, Any]:
        host, _, port = place.rpartition(":")
        return {"SrtListenerAddress": host, "SrtListenerPort": port, "MinimumLatency": _SRT_LATENCY_MS, **self._decryption()}

    def _decryption(self) -> dict[str, Any]:
        secret = self._channel.srt_passphrase_secret
        return {"Decryption": {"Algorithm": "AES256", "PassphraseSecretArn": secret}} if secret else {}
