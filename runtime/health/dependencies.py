"""What a region cannot work without: its catalogue, its dead-letter queue, its data key. Asked for real, and left as they are."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from runtime.health.checks import Check
from runtime.health.environment import Environment

SENTINEL = "#health"
"""Key of an item that never exists: a read of it goes through the table and its key like any other."""

_ONCE = Config(connect_timeout=2, read_timeout=2, retries={"total_max_attempts": 1})  # seconds; the next check is the retry


@cache
def _client(service: str) -> Any:
    return boto3.client(service, config=_ONCE)  # pyright: ignore[reportCallIssue, reportArgumentType, reportUnknownMemberType]


def connect() -> None:
    """Make the clients, which is slow and not safe in threads; where Lambda starts the function, so that no check pays for it."""
    for service in ("dynamodb", "sqs", "kms"):
        _client(service)


def checks(environment: Environment) -> Mapping[str, Check]:
    """Name → check, for `runtime.health.checks.run`."""
    item = {key: {"S": SENTINEL} for key in environment.table_keys}
    return {
        "table": lambda: _client("dynamodb").get_item(TableName=environment.table_name, Key=item, ConsistentRead=True),
        "queue": lambda: _client("sqs").get_queue_attributes(QueueUrl=environment.queue_url, AttributeNames=["QueueArn"]),
        "key": lambda: _client("kms").encrypt(KeyId=environment.key_arn, Plaintext=SENTINEL.encode()),
    }
