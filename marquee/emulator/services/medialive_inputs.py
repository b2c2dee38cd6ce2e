"""MediaLive's inputs and their security groups. Whatever an input is on AWS, here it is a loopback address that is sent to."""

import random
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from marquee.emulator.services.own import ApiCall, ApiError

Answer = Mapping[str, Any]
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "RTMP_PUSH": ("Destinations", "InputSecurityGroups"),
    "SRT_LISTENER": ("SrtSettings", "InputSecurityGroups"),
    "SRT_CALLER": ("SrtSettings",),
    "MEDIACONNECT": ("MediaConnectFlows", "RoleArn"),
}
"""Type → what a CreateInput of it has. Other types are refused."""
_PORTS: Final = range(20_000, 32_000)
"""Below those that Linux gives outgoing connections, which could take an input's port before its channel starts."""
_SHOWN: Final = ("InputSecurityGroups", "MediaConnectFlows", "Name", "RoleArn", "SrtSettings", "Type")


@dataclass(kw_only=True)
class Input:
    """An input. Push or pull, its contribution comes to `address`."""

    id: str
    arn: str
    given: dict[str, Any]
    address: str
    """`rtmp://127.0.0.1:<port>/<stream>` or `srt://127.0.0.1:<port>`."""
    tags: dict[str, str]
    attached: list[str] = field(default_factory=list[str])
    """Ids of channels."""


@dataclass(kw_only=True)
class SecurityGroup:
    """Who may send. Nobody asks it here: only this machine can."""

    id: str
    arn: str
    rules: list[dict[str, str]]
    tags: dict[str, str]
    inputs: list[str] = field(default_factory=list[str])


class Inputs:
    """Those of all accounts."""

    def __init__(self, ids: Iterator[int]):
        self._ids = ids
        self._inputs: dict[str, Input] = {}
        self._groups: dict[str, SecurityGroup] = {}

    def operations(self) -> dict[str, Callable[[ApiCall], Answer]]:
        """What they answer."""
        return {
            "CreateInputSecurityGroup": self._create_group,
            "DescribeInputSecurityGroup": lambda call: _shown_group(self._group(call, call.parameters["InputSecurityGroupId"])),
            "CreateInput": self._create,
            "DescribeInput": lambda call: _shown(self._input(call, call.parameters["InputId"])),
            "ListInputs": lambda call: {"Inputs": [_shown(one) for one in self._inputs.values() if _is_of(one.arn, call)]},
        }

    def attach(self, call: ApiCall, input_id: str, channel: str, pipelines: int) -> None:
        """Give the input to a channel. Raises ApiError for an unknown one, or one that another channel has."""
        found = self._input(call, input_id)
        if found.attached:
            raise ApiError(422, "UnprocessableEntityException", f"Input {input_id} is attached to channel {found.attached[0]}")
        for name in ("Destinations", "MediaConnectFlows"):
            given: list[Any] = found.given.get(name) or []
            if given and len(given) < pipelines:
                raise ApiError(
                    422, "UnprocessableEntityException", f"Input {input_id} has {len(given)} {name}, a channel has {pipelines} pipelines"
                )
        found.attached.append(channel)

    def address(self, input_id: str) -> str:
        """Where its contribution is sent to."""
        return self._inputs[input_id].address

    def tags(self, call: ApiCall, arn: str) -> dict[str, str]:
        """Tags of an input or a group. Raises ApiError 404."""
        for one in (*self._inputs.values(), *self._groups.values()):
            if one.arn == arn and _is_of(arn, call):
                return one.tags
        raise ApiError(404, "NotFoundException", f"There is no {arn}")

    def _input(self, call: ApiCall, input_id: str) -> Input:
        found = self._inputs.get(input_id)
        if found is None or not _is_of(found.arn, call):
            raise ApiError(404, "NotFoundException", f"There is no input {input_id}")
        return found

    def _group(self, call: ApiCall, group_id: str) -> SecurityGroup:
        found = self._groups.get(group_id)
        if found is None or not _is_of(found.arn, call):
            raise ApiError(404, "NotFoundException", f"There is no input security group {group_id}")
        return found

    def _create_group(self, call: ApiCall) -> Answer:
        group_id = str(next(self._ids))
        rules: list[dict[str, str]] = call.parameters.get("WhitelistRules") or []
        if not rules:
            raise ApiError(422, "UnprocessableEntityException", "WhitelistRules: nobody could send")
        made = SecurityGroup(
            id=group_id,
            arn=f"arn:aws:medialive:{call.region}:{call.account}:inputSecurityGroup:{group_id}",
            rules=rules,
            tags=dict(call.parameters.get("Tags") or {}),
        )
        self._groups[group_id] = made
        return {"SecurityGroup": _shown_group(made)}

    def _create(self, call: ApiCall) -> Answer:
        given = dict(call.parameters)
        needed = _NEEDED.get(str(given.get("Type")))
        if needed is None:
            raise ApiError(400, "BadRequestException", f"Type: the emulator takes {', '.join(_NEEDED)}")
        lacking = [name for name in needed if not given.get(name)]
        if lacking:
            raise ApiError(400, "BadRequestException", f"{', '.join(lacking)}: an input of type {given['Type']} needs it")
        input_id = str(next(self._ids))
        named: list[str] = given.get("InputSecurityGroups") or []
        groups = [self._group(call, group) for group in named]
        made = Input(
            id=input_id,
            arn=f"arn:aws:medialive:{call.region}:{call.account}:input:{input_id}",
            given=given,
            address=_address(given),
            tags=dict(given.get("Tags") or {}),
        )
        self._inputs[input_id] = made
        for group in groups:
            group.inputs.append(input_id)
        return {"Input": _shown(made)}


def _address(given: Mapping[str, Any]) -> str:
    """Where ffmpeg will listen when the channel starts."""
    if given["Type"] == "RTMP_PUSH":
        return f"rtmp://127.0.0.1:{_free_port(socket.SOCK_STREAM)}/{given['Destinations'][0]['StreamName']}"
    return f"srt://127.0.0.1:{_free_port(socket.SOCK_DGRAM)}"


def _free_port(kind: socket.SocketKind) -> int:
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket(type=kind) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise ApiError(500, "InternalServerErrorException", f"no port of 127.0.0.1 from {_PORTS.start} to {_PORTS.stop - 1} is free")


def _is_of(arn: str, call: ApiCall) -> bool:
    return arn.split(":")[3:5] == [call.region, call.account]


def _shown(one: Input) -> dict[str, Any]:
    kept = {name: one.given[name] for name in _SHOWN if one.given.get(name) is not None}
    if "InputSecurityGroups" in kept:
        kept["SecurityGroups"] = kept.pop("InputSecurityGroups")
    push = one.given["Type"] in {"RTMP_PUSH", "SRT_LISTENER"}
    return {
        **kept,
        "Arn": one.arn,
        "Id": one.id,
        "State": "ATTACHED" if one.attached else "DETACHED",
        "AttachedChannels": one.attached,
        "InputClass": "STANDARD",
        "Destinations": [{"Url": one.address, "Ip": "127.0.0.1"}] if push else [],
        "Tags": one.tags,
    }


def _shown_group(group: SecurityGroup) -> dict[str, Any]:
    state = "IN_USE" if group.inputs else "IDLE"
    return {"Arn": group.arn, "Id": group.id, "Inputs": group.inputs, "State": state, "Tags": group.tags, "WhitelistRules": group.rules}
