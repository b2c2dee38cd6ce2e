"""AWS Elemental MediaPackage v2: channel groups, channels, endpoints and their policies. What it serves is in `live_origin`."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from marquee.emulator.services.own import ApiCall, ApiError

Answer = Mapping[str, Any]
_GROUP, _CHANNEL, _ENDPOINT = "ChannelGroupName", "ChannelName", "OriginEndpointName"


@dataclass(kw_only=True)
class Endpoint:
    """An origin endpoint."""

    arn: str
    given: dict[str, Any]
    """Its CreateOriginEndpoint."""
    made: datetime
    policy: str | None = None

    def manifests(self, kind: str) -> list[str]:
        """Names of its manifests: `kind` is `HlsManifests`, `LowLatencyHlsManifests` or `DashManifests`."""
        given: list[dict[str, Any]] = self.given.get(kind) or []
        return [str(one["ManifestName"]) for one in given]


@dataclass(kw_only=True)
class OriginChannel:
    """A channel, and where its encoder writes what the endpoints serve."""

    account: str
    region: str
    group: str
    name: str
    arn: str
    given: dict[str, Any]
    made: datetime
    folder: Path
    ingest: tuple[str, str]
    """URLs of its two ingest endpoints."""
    policy: str | None = None
    endpoints: dict[str, Endpoint] = field(default_factory=dict[str, Endpoint])


@dataclass(kw_only=True)
class Group:
    """A channel group: one domain for all of its channels."""

    arn: str
    given: dict[str, Any]
    made: datetime
    domain: str
    channels: dict[str, OriginChannel] = field(default_factory=dict[str, OriginChannel])


class MediaPackage:
    """The service's control plane. Accounts and regions have groups of their own."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._groups: dict[tuple[str, str, str], Group] = {}
        self._lock = threading.Lock()
        self._operations: dict[str, Callable[[ApiCall], Answer]] = {
            "CreateChannelGroup": self._create_group,
            "GetChannelGroup": lambda call: _shown_group(self._group(call)),
            "ListChannelGroups": lambda call: {"Items": [_shown_group(group) for group in self._mine(call)]},
            "CreateChannel": self._create_channel,
            "GetChannel": lambda call: _shown_channel(self.channel(call)),
            "ListChannels": lambda call: {"Items": [_shown_channel(one) for one in self._group(call).channels.values()]},
            "PutChannelPolicy": self._put_channel_policy,
            "GetChannelPolicy": lambda call: _named(call, {"Policy": _present(self.channel(call).policy)}),
            "CreateOriginEndpoint": self._create_endpoint,
            "GetOriginEndpoint": lambda call: _shown_endpoint(self, call),
            "PutOriginEndpointPolicy": self._put_endpoint_policy,
            "GetOriginEndpointPolicy": lambda call: _named(call, {"Policy": _present(self.endpoint(call).policy)}),
        }

    def answer(self, call: ApiCall) -> Answer:
        """One call of the API. Raises ApiError."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise ApiError(501, "NotImplemented", f"the emulated MediaPackage v2 has no {call.operation}")
        with self._lock:
            return operation(call)

    def progress(self) -> list[dict[str, Any]]:
        """It has no media jobs."""
        return []

    def add(self, name: str, operation: Callable[[ApiCall], Answer]) -> None:
        """Let another module answer an operation of the service."""
        self._operations[name] = operation

    def channel(self, call: ApiCall) -> OriginChannel:
        """The channel that a call names. Raises ApiError 404."""
        found = self._group(call).channels.get(call.parameters[_CHANNEL])
        if found is None:
            raise ApiError(404, "ResourceNotFoundException", f"There is no channel {call.parameters[_CHANNEL]}")
        return found

    def endpoint(self, call: ApiCall) -> Endpoint:
        """The endpoint that a call names. Raises ApiError 404."""
        found = self.channel(call).endpoints.get(call.parameters[_ENDPOINT])
        if found is None:
            raise ApiError(404, "ResourceNotFoundException", f"There is no endpoint {call.parameters[_ENDPOINT]}")
        return found

    def ingested_at(self, url: str) -> OriginChannel | None:
        """The channel with this ingest URL."""
        channels = [channel for group in list(self._groups.values()) for channel in list(group.channels.values())]
        return next((channel for channel in channels if url in channel.ingest), None)

    def served_at(self, host: str) -> Group | None:
        """The group with this egress domain."""
        return next((group for group in list(self._groups.values()) if group.domain == host), None)

    def _mine(self, call: ApiCall) -> list[Group]:
        return [group for (account, region, _), group in self._groups.items() if (account, region) == (call.account, call.region)]

    def _group(self, call: ApiCall) -> Group:
        found = self._groups.get((call.account, call.region, call.parameters[_GROUP]))
        if found is None:
            raise ApiError(404, "ResourceNotFoundException", f"There is no channel group {call.parameters[_GROUP]}")
        return found

    def _create_group(self, call: ApiCall) -> Answer:
        name = call.parameters[_GROUP]
        key = (call.account, call.region, name)
        if key in self._groups:
            raise ApiError(409, "ConflictException", f"A channel group {name} exists already")
        digest = hashlib.sha256("/".join(key).encode()).hexdigest()
        self._groups[key] = Group(
            arn=f"arn:aws:mediapackagev2:{call.region}:{call.account}:channelGroup/{name}",
            given=dict(call.parameters),
            made=datetime.now(UTC),
            domain=f"{digest[:6]}.egress.{digest[6:12]}.mediapackagev2.{call.region}.amazonaws.com",
        )
        return _shown_group(self._groups[key])

    def _create_channel(self, call: ApiCall) -> Answer:
        group, name = self._group(call), str(call.parameters[_CHANNEL])
        if name in group.channels:
            raise ApiError(409, "ConflictException", f"A channel {name} exists already")
        if call.parameters.get("InputType", "HLS") != "HLS":
            raise ApiError(400, "ValidationException", "InputType: the emulator takes HLS alone")
        group_name, host = call.parameters[_GROUP], group.domain.replace(".egress.", "-{}.ingest.", 1)
        folder = self._folder / call.account / call.region / group_name / name
        folder.mkdir(parents=True)
        group.channels[name] = OriginChannel(
            account=call.account,
            region=call.region,
            group=group_name,
            name=name,
            arn=f"{group.arn}/channel/{name}",
            given=dict(call.parameters),
            made=datetime.now(UTC),
            folder=folder,
            ingest=(_ingest(host, group_name, 1, name), _ingest(host, group_name, 2, name)),
        )
        return _shown_channel(group.channels[name])

    def _create_endpoint(self, call: ApiCall) -> Answer:
        channel, name = self.channel(call), str(call.parameters[_ENDPOINT])
        if name in channel.endpoints:
            raise ApiError(409, "ConflictException", f"An endpoint {name} exists already")
        if call.parameters["ContainerType"] != "CMAF":
            raise ApiError(400, "ValidationException", "ContainerType: the emulator packages CMAF alone")
        channel.endpoints[name] = Endpoint(arn=f"{channel.arn}/originEndpoint/{name}", given=dict(call.parameters), made=datetime.now(UTC))
        return _shown_endpoint(self, call)

    def _put_channel_policy(self, call: ApiCall) -> Answer:
        channel = self.channel(call)
        channel.policy = _checked(call.parameters["Policy"], channel.arn)
        return {}

    def _put_endpoint_policy(self, call: ApiCall) -> Answer:
        endpoint = self.endpoint(call)
        endpoint.policy = _checked(call.parameters["Policy"], endpoint.arn)
        return {}


_WILD: Final = frozenset("*?")


def _checked(policy: str, arn: str) -> str:
    """Resources must be the exact ARN. Source: MediaPackage v2 User Guide, "Policies and permissions in MediaPackage"."""
    try:
        statements: list[dict[str, Any]] = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise ApiError(400, "ValidationException", "Policy: is no policy document") from error
    for statement in statements:
        named: Any = statement.get("Resource", [])
        for resource in [named] if isinstance(named, str) else named:
            if resource != arn or _WILD & set(resource):
                raise ApiError(400, "ValidationException", f"Policy: the resource {resource} is not {arn}")
    return policy


def _present(policy: str | None) -> str:
    if policy is None:
        raise ApiError(404, "ResourceNotFoundException", "There is no policy")
    return policy


def _ingest(host: str, group: str, pipeline: int, channel: str) -> str:
    return f"https://{host.format(pipeline)}/in/v1/{group}/{pipeline}/{channel}/index"


def _named(call: ApiCall, more: Answer) -> Answer:
    return {name: call.parameters[name] for name in (_GROUP, _CHANNEL, _ENDPOINT) if name in call.parameters} | dict(more)


def _shown_group(group: Group) -> Answer:
    return {**group.given, "Arn": group.arn, "EgressDomain": group.domain, "CreatedAt": group.made, "ModifiedAt": group.made}


def _shown_channel(channel: OriginChannel) -> Answer:
    endpoints = [{"Id": str(number), "Url": url} for number, url in enumerate(channel.ingest, start=1)]
    return {
        "InputType": "HLS",
        **channel.given,
        "Arn": channel.arn,
        "IngestEndpoints": endpoints,
        "CreatedAt": channel.made,
        "ModifiedAt": channel.made,
    }


def _shown_endpoint(service: MediaPackage, call: ApiCall) -> Answer:
    group, channel, endpoint = service._group(call), service.channel(call), service.endpoint(call)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    base = f"https://{group.domain}/out/v1/{channel.group}/{channel.name}/{call.parameters[_ENDPOINT]}"
    shown: dict[str, Any] = {**endpoint.given, "Arn": endpoint.arn, "CreatedAt": endpoint.made, "ModifiedAt": endpoint.made}
    for kind, ending in (("HlsManifests", "m3u8"), ("LowLatencyHlsManifests", "m3u8"), ("DashManifests", "mpd")):
        if endpoint.given.get(kind):
            shown[kind] = [{**one, "Url": f"{base}/{one['ManifestName']}.{ending}"} for one in endpoint.given[kind]]
    return shown
