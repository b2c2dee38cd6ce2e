"""What a key is for, and the key itself: looked up and made for each request, and kept nowhere."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from marquee.domain import key_index
from marquee.domain.content_keys import content_key
from marquee.domain.key_index import Entry

_RETRY = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})  # seconds


@cache
def _client(service: str) -> Any:
    return boto3.client(service, config=_RETRY)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The index and the HMAC key of one region."""

    key_arn: str
    table_name: str

    def entries(self, kids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, Entry]:
        """What each key is for; ids that nobody claimed are missing. At most 100 ids. Raises TimeoutError if the table is overrun."""
        wanted = [{key_index.KEY: {"S": str(kid)}} for kid in kids]
        answer = _client("dynamodb").batch_get_item(RequestItems={self.table_name: {"Keys": wanted}})
        if answer.get("UnprocessedKeys"):
            raise TimeoutError("DynamoDB did not look up every key")
        found = {uuid.UUID(item[key_index.KEY]["S"]): key_index.entry_of(item) for item in answer["Responses"].get(self.table_name, ())}
        return {kid: entry for kid, entry in found.items() if entry is not None}

    def make(self, kid: uuid.UUID) -> bytes:
        """The 16 bytes of a key, as the key provider makes them. Raises botocore's errors."""
        answer = _client("kms").generate_mac(KeyId=self.key_arn, MacAlgorithm="HMAC_SHA_256", Message=kid.bytes)
        return content_key(answer["Mac"])
