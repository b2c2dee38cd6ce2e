"""Lambda: move a refused version out of the way, with the reason beside it. Nothing is lost, and twice is once."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

from marquee.domain import titles

logger = Logger()
s3 = boto3.client("s3")

_MIB = 1024 * 1024
# S3 copies within itself at some hundred MB/s a part; many large parts at once move hundreds of GiB within a Lambda's time.
_COPY = TransferConfig(multipart_threshold=1024 * _MIB, multipart_chunksize=512 * _MIB, max_concurrency=32)


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, str]:
    """`{bucket, key, version, size, etag, at, reason, detail}` to `{key}`, where the version now is.

    Copy, reason, delete marker, in this order: cut off anywhere, the next attempt completes it. The copy and its reason are each
    written once; the marker is written only while the refused version is the newest, so that it never hides a better one.
    """
    del context
    bucket, key, version = event["bucket"], event["key"], event["version"]
    target, reason = titles.quarantine_key(key, version), titles.reason_key(key, version)
    if not _exists(bucket, target):
        source = {"Bucket": bucket, "Key": key, "VersionId": version}
        s3.copy(source, bucket, target, ExtraArgs={"TaggingDirective": "REPLACE"}, Config=_COPY)
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
