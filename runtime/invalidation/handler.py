"""Entry point: a batch of messages that each hold a `TitleTakenDown` event."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from marquee.domain import invalidations
from marquee.domain.invalidations import Spent
from runtime.invalidation.environment import Environment
from runtime.invalidation.ledger import Ledger

logger = Logger()
environment = Environment.read()
cloudfront = boto3.client("cloudfront")
ledger = Ledger(client=boto3.client("dynamodb"), table=environment.table_name, region=environment.region, others=environment.other_regions)

_BUSY = {"TooManyInvalidationsInProgress", "Throttling"}


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """`{"batchItemFailures": [...]}`: messages that wait for the next hour or month, or for CloudFront. They stay in the queue.

    A message that names no path waits too: its age raises the alarm, and somebody reads it.
    """
    now = datetime.now(UTC)
    wanted: list[tuple[str, tuple[str, ...]]] = []
    unreadable: list[str] = []
    for record in event["Records"]:
        try:
            wanted.append((record["messageId"], invalidations.paths_of(json.loads(record["body"])["detail"])))
        except (ValueError, LookupError, TypeError):
            logger.exception("unreadable", extra={"messageId": record["messageId"]})
            unreadable.append(record["messageId"])
    spent = ledger.spent(now)
    allowed = invalidations.allowance(environment.limits, spent)
    taken, waiting = invalidations.take(wanted, allowed)
    if waiting:
        logger.warning("over the limit", extra={"waiting": len(waiting), "allowed": allowed})
    if taken and not _invalidate(taken, spent, now):
        waiting += taken
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in (*unreadable, *waiting)]}


def _invalidate(taken: Mapping[str, tuple[str, ...]], spent: Spent, now: datetime) -> bool:
    """False if CloudFront is busy, or another batch spends at this moment.

    Spends first: a crash between the two costs paths that were never invalidated, the other order costs money.
    """
    paths = sorted({path for paths in taken.values() for path in paths})
    if not ledger.spend(len(paths), spent, now):
        return False
    # The same batch again is the same invalidation.
    reference = hashlib.sha256("\n".join((*sorted(taken), *paths)).encode()).hexdigest()
    batch = {"CallerReference": reference, "Paths": {"Quantity": len(paths), "Items": paths}}
    try:
        made = cloudfront.create_invalidation(DistributionId=environment.distribution_id, InvalidationBatch=batch)["Invalidation"]
    except ClientError as error:
        ledger.give_back(len(paths), now)
        if error.response.get("Error", {}).get("Code") in _BUSY:
            logger.warning("busy", extra={"paths": len(paths)})
            return False
        raise
    logger.info("invalidated", extra={"paths": paths, "invalidation": made["Id"]})
    return True
