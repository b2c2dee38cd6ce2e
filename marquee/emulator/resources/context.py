"""What a create function is given beside its inputs: where it is, as whom, with which tags, and how to call AWS."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

from marquee.emulator.resources.fit import fit, member
from marquee.emulator.resources.inputs import Inputs

Outputs = dict[str, Any]
Made = tuple[str, Outputs]
"""Physical id as the provider forms it, and outputs beside the inputs."""

_EC2_TYPES = {
    "authorize_security_group_egress": "security-group-rule",
    "authorize_security_group_ingress": "security-group-rule",
    "allocate_address": "elastic-ip",
    "create_flow_logs": "vpc-flow-log",
    "create_nat_gateway": "natgateway",
}
"""Method → resource type of the tags, where it is not the method's own words."""
_SAME: Mapping[str, str] = MappingProxyType({})


class Connector(Protocol):
    """How clients are had: `Emulator` has this method."""

    def client(self, service: str, *, region: str, account: str) -> Any:
        """A boto3 client; kept for the next call."""
        ...


@dataclass(frozen=True, kw_only=True)
class Aws:
    """One account in one region, for one resource."""

    connector: Connector
    region: str
    account: str
    urn: str
    name: str
    """Logical name."""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    """The provider's default tags under the resource's own."""
    tagged: list[str] = field(default_factory=list[str])
    """Not empty once a request has carried the tags."""

    def client(self, service: str, region: str | None = None) -> Any:
        """The boto3 client of `service`, here or in another region."""
        return self.connector.client(service, region=region or self.region, account=self.account)

    def physical(self, given: Inputs, prop: str = "name") -> str:
        """The name given, or one as Pulumi makes it: the logical name and seven hexadecimal digits, the same in every run."""
        return str(given[prop]) if prop in given else f"{self.name}-{f'{crc32(self.urn):08x}'[:7]}"

    def arn(self, service: str, resource: str) -> str:
        """An ARN in this account and region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def call(
        self,
        service: str,
        method: str,
        given: Inputs,
        *,
        rename: Mapping[str, str] = _SAME,
        into: str = "",
        region: str | None = None,
        **fixed: Any,
    ) -> dict[str, Any]:
        """Call `method` with every input that fits its request, the tags too; `fixed` members win.

        `rename`: input → member, where the names differ. `into`: dotted path of the structure that takes the inputs which the
        request itself does not. An input that fits nowhere stays unread, and the backend refuses it.
        """
        client = self.client(service, region)
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).input_shape
        request = self._fitting(shape, given, rename, {*fixed, into.partition(".")[0]})
        if into:
            nested, place = request, shape
            for step in into.split("."):
                nested, place = nested.setdefault(step, {}), place.members[step]
            nested.update(self._fitting(place, given, rename, set()))
        request |= self._tags(shape, method, fixed)
        return getattr(client, method)(**request | {name: value for name, value in fixed.items() if value is not None})

    def pairs(self, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
        """The tags as a list of pairs, for a request of their own; who asks for them carries them."""
        self.tagged.append(self.urn)
        return [{key: name, value: text} for name, text in self.tags.items()]

    def _fitting(self, shape: Any, given: Inputs, rename: Mapping[str, str], taken: set[str]) -> dict[str, Any]:
        request: dict[str, Any] = {}
        for name in given:
            found = rename.get(name) or member(shape, name)
            if found is None or found not in shape.members or found in taken or name in {"region", "tags"}:
                continue
            value = fit(shape.members[found], given[name], name)
            if value != []:  # the provider sends no empty list, and AWS takes none
                request[found] = value
        return request

    def _tags(self, shape: Any, method: str, fixed: Mapping[str, Any]) -> dict[str, Any]:
        """The tags, in the form that the request takes them: a map, a list of pairs, or EC2's specifications."""
        found = next((name for name in ("Tags", "tags", "TagSpecifications", "ResourceTags") if name in shape.members), None)
        if found is None or found in fixed:
            return {}
        pairs = self.pairs()
        if not pairs:
            return {}
        place = shape.members[found]
        if place.type_name == "map":
            return {found: dict(self.tags)}
        if found == "TagSpecifications":
            kind = _EC2_TYPES.get(method) or method.removeprefix("create_").replace("_", "-")
            return {found: [{"ResourceType": kind, "Tags": pairs}]}
        key, value = (next(name for name in place.member.members if name.lower().endswith(end)) for end in ("key", "value"))
        return {found: self.pairs(key, value)}


def crc32(text: str) -> int:
    """What the provider forms ids from where AWS gives none (`create.StringHashcode`)."""
    return zlib.crc32(text.encode())
