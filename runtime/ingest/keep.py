"""Lambda: an accepted master moves from the incoming bucket to the bucket of masters, with its captions, under keys of our own making."""

import os
from collections.abc import Mapping
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from marquee.domain import titles
from marquee.domain.attributes import attribute
from runtime.ingest.moving import AT_ONCE, Version, copy, exists, hide

logger = Logger()
s3 = boto3.client("s3", config=Config(max_pool_connections=AT_ONCE))

_ENDINGS: Final = {"MPEG-4": "mp4", "Matroska": "mkv", "WebM": "webm", "MPEG-TS": "ts", "BDAV": "m2ts", "AVI": "avi"}
"""MediaInfo's container → the ending that encoders know it by."""


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{bucket, key, version, size, etag, titleId, titleVersion, container, declared}` to `{held, captions, attributes}`.

    `held` is the kept master: bucket, key, versionId, etag; `attributes` the same for a record; `captions` leads from a language to an
    object. Cut off anywhere, the next attempt goes on; the incoming copies are hidden last, and only while they are what was judged.
    """
    del context
    incoming, masters = event["bucket"], os.environ["MASTERS"]
    folder = titles.kept_prefix(event["titleId"], event["titleVersion"])
    source = Version(bucket=incoming, key=event["key"], version_id=event["version"], size=event["size"])
    held = _kept(source, masters, f"{folder}master.{_ENDINGS.get(event['container'], 'bin')}")
    captions = {
        language: _kept(
            Version(bucket=incoming, key=each["key"], version_id=each["versionId"], size=0), masters, f"{folder}captions-{language}.vtt"
        )
        for language, each in event["declared"]["captions"].items()
    }
    hide(s3, incoming, event["key"], event["etag"])
    for each in event["declared"]["companions"]:
        hide(s3, incoming, each["key"], each["etag"])
    logger.info("kept", extra={"key": event["key"], "version": event["version"], "as": held["key"]})
    return {"held": held, "captions": captions, "attributes": attribute(held)["M"]}


def _kept(source: Version, bucket: str, key: str) -> dict[str, str]:
    """The key belongs to one version of one upload, so that whatever is there already is this copy, complete."""
    if not exists(s3, bucket, key):
        copy(s3, source, key, bucket=bucket)
    head = s3.head_object(Bucket=bucket, Key=key)
    return {"bucket": bucket, "key": key, "versionId": head["VersionId"], "etag": head["ETag"].strip('"')}
