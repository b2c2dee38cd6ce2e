"""Lambda: move a refused version out of the way, with the reason beside it. Nothing is lost, and twice is once."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config
from botocore.exceptions import ClientError

from marquee.domain import titles
from runtime.ingest.moving import AT_ONCE, Version, copy

logger = Logger()
s3 = boto3.client("s3", config=Config(max_pool_connections=AT_ONCE))


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, str]:
    """`{bucket, key, version, size, etag, at, reason, detail}` to `{key}`, where the version now is.

    Copy, reason, delete marker, in this order: cut off anywhere, the next attempt completes it, and a repeated one changes nothing.
    The marker is written only while the key shows the refused content, so that it never hides a better one.
    """
    del context
    bucket, key, version = event["bucket"], event["key"], event["version"]
    target, reason = titles.quarantine_key(key, version), titles.reason_key(key, version)
    if not _exists(bucket, target):
        copy(s3, Version(bucket=bucket, key=key, version_id=version, size=event["size"]), target)
    if not _exists(bucket, reason):
        said = {name: event[name] for name in ("key", "version", "size", "etag", "at", "reason", "detail")}
        s3.put_object(Bucket=bucket, Key=reason, Body=json.dumps(said, indent=2).encode(), ContentType="application/json")
    _hide(bucket, key, event["etag"])
    logger.info("quarantined", extra={"key": key, "version": version, "reason": event["reason"]})
    return {"key": target}


def _exists(bucket: str, key: str) -> bool:
    """By a listing: a HEAD would need to list the whole bucket to be told 404 instead of 403."""
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    return any(item["Key"] == key for item in found)


def _hide(bucket: str, key: str, etag: str) -> None:
    """A delete marker, if the key still shows the refused content. 404 and 412 say that it shows another, or nothing any more."""
    try:
        s3.delete_object(Bucket=bucket, Key=key, IfMatch=etag)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] not in {404, 412}:
            raise
