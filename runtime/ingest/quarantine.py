"""Lambda: move a refused version out of the way, with the reason beside it. Nothing is lost, and twice is once."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from marquee.domain import titles
from runtime.ingest.moving import AT_ONCE, Version, copy, exists, hide

logger = Logger()
s3 = boto3.client("s3", config=Config(max_pool_connections=AT_ONCE))


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, str]:
    """`{bucket, key, version, size, etag, at, reason, detail, held, companions}` to `{key}`, where the version now is.

    `held` is where the content is by now: the upload itself, or the kept master. Copy, reason, delete marker, in this order: cut off
    anywhere, the next attempt completes it, and a repeated one changes nothing. A marker is written only while the key shows the refused
    content, so that it never hides a better one.
    """
    del context
    bucket, key, version, held = event["bucket"], event["key"], event["version"], event["held"]
    target, reason = titles.quarantine_key(key, version), titles.reason_key(key, version)
    if not exists(s3, bucket, target):
        source = Version(bucket=held["bucket"], key=held["key"], version_id=held["versionId"], size=event["size"])
        copy(s3, source, target, bucket=bucket)
    for each in event["companions"]:
        beside = titles.quarantine_key(each["key"], version)
        if not exists(s3, bucket, beside):
            copy(s3, Version(bucket=bucket, key=each["key"], version_id=each["versionId"], size=0), beside)
        hide(s3, bucket, each["key"], each["etag"])
    if not exists(s3, bucket, reason):
        said = {name: event[name] for name in ("key", "version", "size", "etag", "at", "reason", "detail")}
        s3.put_object(Bucket=bucket, Key=reason, Body=json.dumps(said, indent=2).encode(), ContentType="application/json")
    hide(s3, held["bucket"], held["key"], held["etag"])
    logger.info("quarantined", extra={"key": key, "version": version, "reason": event["reason"]})
    return {"key": target}
