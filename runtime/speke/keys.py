"""Makes content keys, and remembers what each is for. Neither a key nor a MAC is kept, here or anywhere."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from marquee.domain import key_index
from marquee.domain.content_keys import content_key
from marquee.domain.cpix.model import CpixError
from marquee.domain.key_index import Entry

_RETRY = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})  # seconds
_TAKEN = "ConditionalCheckFailedException"


@cache
def _client(service: str) -> Any:
    return boto3.client(service, config=_RETRY)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one region's replica of the HMAC key: the same as in every other region."""

    key_arn: str
    table_name: str

    def claim(self, entries: Mapping[uuid.UUID, Entry]) -> None:
        """Note what each key is for, before anybody gets it. Raises CpixError for an id that is another content's or label's.

        Else an encryptor could name a key of one title in a request for another, and a viewer of the one would get the licence of both.
        """
        for kid, entry in entries.items():
            try:
                _client("dynamodb").put_item(
                    TableName=self.table_name,
                    Item=key_index.item(kid, entry),
                    ConditionExpression=key_index.SAME,
                    ExpressionAttributeNames={"#version": "version"},
                    ExpressionAttributeValues=key_index.values(entry),
                )
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") != _TAKEN:
                    raise
                raise CpixError(f"KID {kid} is another content's or another kind of track's") from None

    def make(self, kid: uuid.UUID) -> bytes:
        """The 16 bytes of a key. Raises botocore's errors."""
        answer = _client("kms").generate_mac(KeyId=self.key_arn, MacAlgorithm="HMAC_SHA_256", Message=kid.bytes)
        return content_key(answer["Mac"])
