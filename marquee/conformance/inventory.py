"""What stands in an emulated account, read through boto3 and written so that two accounts can be compared.

Ids that AWS draws at random are replaced by what the thing is: a subnet by its range, a key by its description. Times, sizes and
request ids are dropped. What a reader asks for and does not get is None only where AWS says that there is none; any other
error is raised, since a comparison of two errors would prove nothing.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from marquee.emulator import Emulator

Item = Mapping[str, Any]
Inventory = Mapping[str, Item]
"""`kind where name` → attributes."""

_RANDOM: Final = re.compile(
    r"\bmrk-[0-9a-f]{32}\b|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"  # keys
    r"|\b[a-z]{1,10}(?:-assoc)?-(?:[0-9a-f]{17}|[0-9a-f]{8})\b"  # EC2
    r"|(?<=/)[0-9a-z]{16}\b"  # load balancers and target groups
    r"|(?<=\bterraform-)[0-9a-f]{26}\b"  # ids of statements that the provider makes up
    r"|\bE[0-9A-Z]{13}\b"  # distributions
    r"|(?<=:\d{12}:)(?=[a-z]*\d)[0-9a-z]{8,10}(?=/)|(?<=/authorizers/)[0-9a-z]+|(?<=//)[0-9a-z]{8,10}(?=\.execute-api)"  # APIs
    r"|(?<=-)[0-9a-f]{6}\b"  # secrets
    r"|\bchannel:\d{5,}|\bstand-in-\d+"  # MediaLive's channels, and what stands for those that are left out
    r"|(?<=localhost:)\d+"  # the emulator's port
    r"|(?<=/stream/)[0-9T:.-]+"
)
_DROPPED: Final = re.compile(
    r"ResponseMetadata|RevisionId|.*Timestamp|.*Time|Creat\w*(Date|On)|creat\w*(Date|Time)|LastModified\w*|LastUpdated\w*|LatestStreamLabel|lastModified\w*|LastStatus\w*|RequestId|TableId"
    r"|.*SizeBytes|storedBytes|ItemCount|ApproximateNumber\w+|RoleId|PolicyId|UpdateDate|revisionId|creationTime|PublicIp|PrivateIp\w*|LaunchTime"
    r"|CodeSize|stateMachineVersionArn|AttachmentCount"
)
_ABSENT: Final = re.compile(r"NoSuch\w+|\w*NotFound\w*|\w*DoesNotExist\w*")


@dataclass
class Reader:
    """Collects the things of one account."""

    emulator: Emulator
    account: str
    items: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    labels: dict[str, str] = field(default_factory=dict[str, str])
    """Random id → what the thing is."""

    def client(self, service: str, region: str) -> Any:
        """A boto3 client of the account."""
        return self.emulator.client(service, region=region, account=self.account)

    def pages(self, service: str, region: str, operation: str, key: str, **request: Any) -> list[dict[str, Any]]:
        """All items of a listing."""
        client = self.client(service, region)
        if not client.can_paginate(operation):
            return getattr(client, operation)(**request).get(key, [])
        return [item for page in client.get_paginator(operation).paginate(**request) for item in page.get(key, [])]

    def ask(self, service: str, region: str, operation: str, **request: Any) -> Any:
        """The answer without its metadata; None if AWS says that there is no such thing."""
        client = self.client(service, region)
        try:
            answer = getattr(client, operation)(**request)
        except client.exceptions.ClientError as error:
            if _ABSENT.fullmatch(error.response["Error"]["Code"]):
                return None
            raise
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def label(self, id: str, text: str) -> None:
        """Say what stands behind a random id."""
        self.labels[id] = self.named(text)

    def named(self, text: str) -> str:
        """`text` with the labels of the ids in it."""
        return _RANDOM.sub(lambda match: self.labels.get(match[0], match[0]), text)

    def add(self, name: str, attributes: Item) -> None:
        """Take a thing into the inventory. Raises ValueError if another one has its name."""
        name = self.named(name)
        if name in self.items:
            raise ValueError(f"two things are called {name!r}")
        self.items[name] = dict(attributes)

    def inventory(self) -> Inventory:
        """What was collected, normalised; call it last, when all labels are known."""
        return {
            name: {key: self._normal(value) for key, value in sorted(item.items()) if not _DROPPED.fullmatch(key)}
            for name, item in self.items.items()
        }

    def _normal(self, value: Any) -> Any:
        match value:
            case str() if value[:1] in "{[" and value:
                return self._document(value)
            case str():
                return _RANDOM.sub("*", self.named(value))
            case Mapping():
                items = cast("Mapping[str, Any]", value).items()
                return {self.named(key): self._normal(item) for key, item in sorted(items) if not _DROPPED.fullmatch(key)}
            case list() | tuple():
                return sorted((self._normal(item) for item in cast("Iterable[Any]", value)), key=_order)
            case _:
                return value

    def _document(self, text: str) -> Any:
        try:
            return self._normal(json.loads(text))
        except json.JSONDecodeError:
            return self.named(text)


def _order(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the provider made otherwise than our create function."""

    kind: str
    """First word of the thing's name: `bucket`, `subnet`, `role`."""
    thing: str
    attribute: str
    """Empty if only one side has the thing."""
    terraform: str
    """JSON of the value; `(absent)` if there is none."""
    ours: str


def differences(terraform: Inventory, ours: Inventory) -> list[Difference]:
    """All differences between what Terraform made and what our create functions made, sorted."""
    return list(_differences(terraform, ours))


def _differences(terraform: Inventory, ours: Inventory) -> Iterator[Difference]:
    for thing in sorted(terraform.keys() | ours.keys()):
        kind = thing.partition(" ")[0]
        if thing not in terraform or thing not in ours:
            sides = ["present" if thing in side else "(absent)" for side in (terraform, ours)]
            yield Difference(kind=kind, thing=thing, attribute="", terraform=sides[0], ours=sides[1])
            continue
        left, right = terraform[thing], ours[thing]
        for name in sorted(left.keys() | right.keys()):
            if left.get(name) != right.get(name):
                yield Difference(kind=kind, thing=thing, attribute=name, terraform=_shown(left, name), ours=_shown(right, name))


def _shown(item: Item, name: str) -> str:
    return json.dumps(item[name], sort_keys=True, default=str) if name in item else "(absent)"


ReadAll = Callable[[Reader, str], None]
"""Reads one service in one region."""
