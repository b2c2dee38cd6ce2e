"""Reading the title catalogue."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, get_args

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import BotoCoreError, ClientError

from marquee.domain import titles
from marquee.errors import MarqueeError
from marquee.ingest.target import Target

Item = dict[str, Any]
"""An item as plain data: text, whole numbers, lists and maps."""

_BY_STATUS, _BY_TITLE = "by-status", "by-title"


class Catalogue:
    """The catalogue's replica in the target's region. Every method raises MarqueeError if AWS cannot be asked."""

    def __init__(self, target: Target):
        self._target, self._table = target, target.names.table("catalogue")
        self._dynamodb = target.client("dynamodb")

    def title(self, title_id: str) -> Item | None:
        """The title's item, or None."""
        return self._get(title_id)

    def upload(self, title_id: str, version_id: str) -> Item | None:
        """What became of one version of a master, or None as long as that is open."""
        found = self.attempt(title_id, version_id)
        return found if found and "outcome" in found else None

    def attempt(self, title_id: str, version_id: str) -> Item | None:
        """The upload's item, open or done: its `execution` is the one that works on it. None until one has begun."""
        return self._get(titles.upload_id(title_id, version_id))

    def uploads(self, title_id: str) -> list[Item]:
        """Every upload of a title that is done with, the latest first."""
        found = self._query(_BY_TITLE, {"title": title_id}, forward=True)
        return sorted((item for item in found if "outcome" in item), key=lambda item: item["updatedAt"], reverse=True)

    def titles(self, status: titles.Status | None = None) -> Iterator[Item]:
        """Titles of one status, or of all of them, each status the latest first."""
        for each in (status,) if status else get_args(titles.Status):
            yield from self._query(_BY_STATUS, {"status": each}, forward=False)

    def _get(self, key: str) -> Item | None:
        with self._explained():
            found = self._dynamodb.get_item(TableName=self._table, Key={titles.KEY: {"S": key}}, ConsistentRead=True).get("Item")
        return _plain_item(found) if found else None

    def _query(self, index: str, where: dict[str, str], *, forward: bool) -> Iterator[Item]:
        ((name, value),) = where.items()
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=index,
            KeyConditionExpression="#name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": {"S": value}},
            ScanIndexForward=forward,
        )
        with self._explained():
            for page in pages:
                yield from map(_plain_item, page["Items"])

    @contextmanager
    def _explained(self) -> Generator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            raise MarqueeError(
                f"the catalogue {self._table} cannot be read: {error}",
                fix=f"is the stack {self._target.stack} deployed in {self._target.region}?",
            ) from error


def _plain_item(item: dict[str, Any]) -> Item:
    deserializer = TypeDeserializer()
    return {name: _plain(deserializer.deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
