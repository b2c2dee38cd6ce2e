"""Lambda: an operator takes a title off the air, or puts it back. See `marquee.domain.takedown`."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from marquee.domain import titles
from marquee.domain.attributes import attribute, plain
from marquee.domain.takedown import LEADS_TO, Answer, Request
from runtime.publish import assets

logger = Logger()
dynamodb, events, s3 = boto3.client("dynamodb"), boto3.client("events"), boto3.client("s3")

_BATCH = 1000  # keys that one DeleteObjects takes


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> Answer:
    """A `Request` as JSON to an `Answer`. Raises ValueError for a malformed one.

    The record is changed first, then the event is sent, then files go: cut off anywhere, the same request completes it.
    """
    del context
    request = Request.from_json(event)
    before = _title(request.title_id)
    if before is None:
        return _answer("unknown_title", request)
    version = before.get("version", {}).get("S")
    if request.action == "restore" and version is None:
        _lift(request, "quarantined")
        return _answer("nothing_published", request, "quarantined")
    changed = _restored(request) if request.action == "restore" else _withdrawn(request)
    _tell(request, before, version)
    removed = _remove(request.title_id) if request.remove else 0
    logger.info("withdrawn", extra={"title": request.title_id, "action": request.action, "changed": changed, "removed": removed})
    return _answer("done" if changed or removed else "unchanged", request, LEADS_TO[request.action], version, removed)


def _answer(outcome: Any, request: Request, status: str | None = None, version: str | None = None, removed: int = 0) -> Answer:
    return {"outcome": outcome, "titleId": request.title_id, "status": status, "version": version, "removed": removed}


def _title(title_id: str) -> Mapping[str, Any] | None:
    return dynamodb.get_item(TableName=os.environ["CATALOGUE"], Key={titles.KEY: {"S": title_id}}, ConsistentRead=True).get("Item")


def _withdrawn(request: Request) -> bool:
    """One write, from which on nobody gets a session or a licence. False if it was so already."""
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    drop = " REMOVE version, playback" if request.remove else ""
    said = {"action": request.action, "reason": request.reason, "at": at}
    condition = "attribute_exists(contentId)"
    if not request.remove:
        condition += " AND (attribute_not_exists(withdrawn) OR withdrawn.#action <> :action)"
    return _update(
        request.title_id,
        UpdateExpression=f"SET #status = :status, withdrawn = :withdrawn, #reason = :reason, updatedAt = :at{drop}",
        ConditionExpression=condition,
        ExpressionAttributeNames={
            "#status": "status",
            "#reason": "reason",
            **({} if request.remove else {"#action": "action"}),
        },
        ExpressionAttributeValues={
            ":status": {"S": LEADS_TO[request.action]},
            ":withdrawn": attribute(said),
            ":reason": {"S": request.reason},
            ":at": {"S": at},
            **({} if request.remove else {":action": {"S": request.action}}),
        },
    )


def _restored(request: Request) -> bool:
    return _lift(request, LEADS_TO["restore"])


def _lift(request: Request, status: str) -> bool:
    return _update(
        request.title_id,
        UpdateExpression="SET #status = :status, updatedAt = :at REMOVE withdrawn, #reason",
        ConditionExpression="attribute_exists(withdrawn)",
        ExpressionAttributeNames={"#status": "status", "#reason": "reason"},
        ExpressionAttributeValues={":status": {"S": status}, ":at": {"S": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}},
    )


def _update(title_id: str, **change: Any) -> bool:
    try:
        dynamodb.update_item(TableName=os.environ["CATALOGUE"], Key={titles.KEY: {"S": title_id}}, **change)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _tell(request: Request, before: Mapping[str, Any], version: str | None) -> None:
    """Also of a title that was there already: the first attempt may have ended before its event was sent."""
    detail: dict[str, Any] = {"titleId": request.title_id, "version": version, "action": request.action, "reason": request.reason}
    kind = titles.TAKEN_DOWN_EVENT
    if request.action == "restore":
        kind = titles.PUBLISHED_EVENT
        detail |= {"playback": plain(before["playback"]), "replaces": None}
    else:
        kept = sorted(asset.prefix for asset in assets.find(request.title_id, _versions(request.title_id)))
        detail["prefixes"] = [*_prefixes(request.title_id), *kept]
    entry = {"EventBusName": os.environ["EVENT_BUS"], "Source": titles.EVENT_SOURCE, "DetailType": kind, "Detail": json.dumps(detail)}
    if events.put_events(Entries=[entry])["FailedEntryCount"]:
        raise RuntimeError("EventBridge did not take the event; run the same command again")


def _prefixes(title_id: str) -> list[str]:
    """Of every version: an older one may still be in caches."""
    return [f"{titles.RENDITIONS}{title_id}/", f"{titles.CLEAR}{title_id}/"]


def _versions(title_id: str) -> list[str]:
    """Those that clear renditions are there of, which is all that an asset can be made of."""
    prefix = f"{titles.CLEAR}{title_id}/"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=os.environ["RENDITIONS"], Prefix=prefix, Delimiter="/")
    return [each["Prefix"].removeprefix(prefix).rstrip("/") for page in pages for each in page.get("CommonPrefixes", [])]


def _remove(title_id: str) -> int:
    """Assets go first: which there are is known by the files. Delete markers: the versions below them expire by the bucket's lifecycle."""
    assets.delete(title_id, _versions(title_id))
    bucket, removed = os.environ["RENDITIONS"], 0
    for prefix in _prefixes(title_id):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"PageSize": _BATCH}):
            keys = [{"Key": item["Key"]} for item in page.get("Contents", [])]
            if keys:
                answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
                if answer.get("Errors"):
                    raise RuntimeError(f"S3 did not delete {len(answer['Errors'])} objects; run the same command again")
                removed += len(keys)
    return removed
