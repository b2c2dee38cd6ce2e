"""What the tables say: entitlements, the catalogue, revocations, and requests that were seen before."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from marquee.domain import entitlements, titles
from marquee.domain.revocations import Revocation, keys_of
from marquee.domain.tokens import Claims, Quality

_IDEMPOTENCY: Final = "idempotency#"
_REMEMBERED_SECONDS: Final = 24 * 60 * 60
_ATTEMPTS: Final = 3
_reader, _writer = TypeDeserializer(), TypeSerializer()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a request needs to know of a viewer and a title."""

    entitlements: tuple[Mapping[str, Any], ...]
    title: Mapping[str, Any] | None
    """The catalogue's item; None for no such title, or for a live channel, which has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Reads and writes of one region's replicas."""

    client: Any
    """boto3's DynamoDB client."""
    entitlements: str
    catalogue: str

    def look_up(self, user: str, content: str, *, live: bool) -> Found:
        """The viewer's rights to `content` and what the catalogue says of it, in one request. `user`: the pseudonym."""
        wanted = {self.entitlements: {"Keys": _rights(user, content)}}
        if not live:
            wanted[self.catalogue] = {"Keys": [_item({titles.KEY: content})]}
        answers = self._get(wanted)
        found = answers.get(self.catalogue, [])
        return Found(entitlements=tuple(answers.get(self.entitlements, [])), title=found[0] if found else None)

    def is_revoked(self, claims: Claims) -> bool:
        """Whether any revocation refuses a token with these claims."""
        keys = [_item(entitlements.revocation_key(key)) for key in keys_of(claims)]
        answers = self._get({self.entitlements: {"Keys": keys}})
        return any(claims.issued <= int(item[entitlements.BEFORE]) for item in answers.get(self.entitlements, []))

    def standing(self, claims: Claims, now: float) -> Quality | None:
        """The quality that a token is worth at `now`, the lower of its own and the right's; None if it is revoked, or the right gone."""
        revoked = [_item(entitlements.revocation_key(key)) for key in keys_of(claims)]
        answers = self._get({self.entitlements: {"Keys": revoked + _rights(claims.user, claims.title)}})
        items = answers.get(self.entitlements, [])
        if any(claims.issued <= int(item[entitlements.BEFORE]) for item in items if entitlements.BEFORE in item):
            return None
        best = entitlements.best(items, now)
        return entitlements.at_most(best, claims.quality) if best else None

    def revoke(self, revocations: Iterable[Revocation]) -> None:
        """Write the regions' copy of revocations."""
        for revocation in revocations:
            self.client.put_item(TableName=self.entitlements, Item=_item(entitlements.revocation_item(revocation)))

    def session_of(self, user: str, key: str, request: Mapping[str, Any], session: str, now: float) -> str | None:
        """The session of the first request with this idempotency key: `session` itself, or an earlier one.

        None if the earlier request asked for other things.
        """
        digest = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        item = {
            entitlements.USER: f"{_IDEMPOTENCY}{hashlib.sha256(f'{user}|{key}'.encode()).hexdigest()}",
            entitlements.CONTENT: "-",
            "session": session,
            "request": digest,
            entitlements.EXPIRES: int(now) + _REMEMBERED_SECONDS,
        }
        try:
            self.client.put_item(
                TableName=self.entitlements,
                Item=_item(item),
                ConditionExpression="attribute_not_exists(#user) OR #expires <= :now",
                ExpressionAttributeNames={"#user": entitlements.USER, "#expires": entitlements.EXPIRES},
                ExpressionAttributeValues=_item({":now": int(now)}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "ConditionalCheckFailedException":
                raise
            earlier = _plain(error.response.get("Item", {}))
            return str(earlier["session"]) if earlier.get("request") == digest else None
        return session

    def _get(self, wanted: Mapping[str, Any]) -> Mapping[str, list[Mapping[str, Any]]]:
        """BatchGetItem, until nothing is left over; a throttled table hands keys back. Raises TimeoutError if it keeps doing so."""
        found: dict[str, list[Mapping[str, Any]]] = {}
        for _ in range(_ATTEMPTS):
            answer = self.client.batch_get_item(RequestItems=wanted)
            for table, items in answer["Responses"].items():
                found.setdefault(table, []).extend(_plain(item) for item in items)
            wanted = answer.get("UnprocessedKeys")
            if not wanted:
                return found
        raise TimeoutError("DynamoDB hands keys back unread")


def _rights(user: str, content: str) -> list[dict[str, Any]]:
    return [_item({entitlements.USER: user, entitlements.CONTENT: name}) for name in (content, entitlements.EVERYTHING)]


def _item(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _writer.serialize(value) for name, value in values.items()}


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _natural(_reader.deserialize(value)) for name, value in item.items()}


def _natural(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: _natural(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list):
        return [_natural(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
