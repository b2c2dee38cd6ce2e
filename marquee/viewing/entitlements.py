"""Reads and writes of the entitlements table."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marquee.domain import entitlements
from marquee.domain.attributes import plain
from marquee.domain.tokens import Quality, pseudonym
from marquee.ingest import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """One right."""

    user: str
    """Pseudonym of the viewer's id: the table knows no other."""
    content: str
    """Title id, channel, or `*` for everything."""
    quality: Quality
    expires: int | None
    """Seconds since 1970; None for a right without an end."""


class Entitlements:
    """The table of a stack. Users are named by their id, the `sub` of their JWT."""

    def __init__(self, target: Target):
        self._client = target.client("dynamodb")
        self._table = target.names.table("entitlements")

    def grant(self, user: str, content: str, quality: Quality, *, expires: int | None = None) -> Entitlement:
        """Write a right over whatever stood for the same content."""
        item = {entitlements.USER: {"S": pseudonym(user)}, entitlements.CONTENT: {"S": content}, entitlements.QUALITY: {"S": quality}}
        if expires is not None:
            item[entitlements.EXPIRES] = {"N": str(expires)}
        self._client.put_item(TableName=self._table, Item=item)
        return Entitlement(user=pseudonym(user), content=content, quality=quality, expires=expires)

    def revoke(self, user: str, content: str) -> bool:
        """Delete a right; False if there was none. Licences end at once, tokens at their expiry unless they are revoked too."""
        key = {entitlements.USER: {"S": pseudonym(user)}, entitlements.CONTENT: {"S": content}}
        return "Attributes" in self._client.delete_item(TableName=self._table, Key=key, ReturnValues="ALL_OLD")

    def of(self, user: str | None) -> Iterator[Entitlement]:
        """The rights of a user, or of all: that reads the whole table."""
        if user is None:
            pages = self._client.get_paginator("scan").paginate(TableName=self._table)
        else:
            condition, values = f"{entitlements.USER} = :user", {":user": {"S": pseudonym(user)}}
            query = {"TableName": self._table, "KeyConditionExpression": condition, "ExpressionAttributeValues": values}
            pages = self._client.get_paginator("query").paginate(**query)
        for page in pages:
            for item in page["Items"]:
                if entitlements.QUALITY in item:  # the others are revocations, and requests that were seen before
                    yield _read({name: plain(value) for name, value in item.items()})


def _read(item: dict[str, Any]) -> Entitlement:
    return Entitlement(
        user=item[entitlements.USER],
        content=item[entitlements.CONTENT],
        quality=item[entitlements.QUALITY],
        expires=item.get(entitlements.EXPIRES),
    )
