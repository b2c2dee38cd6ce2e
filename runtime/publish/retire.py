"""Lambda: mark renditions that no title plays from any more; a lifecycle rule of the bucket expires what is marked.

Not deleted at once: sessions that began before go on for hours. An asset of just-in-time packaging is: it costs as long as it exists, and
the workflow has let sessions end.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from marquee.domain import titles
from runtime.publish import assets

_AT_ONCE = 32  # a film has tens of thousands of segments, and S3 takes thousands of writes a second for a prefix

logger = Logger()
s3 = boto3.client("s3", config=Config(max_pool_connections=_AT_ONCE, retries={"mode": "adaptive", "max_attempts": 10}))


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, int]:
    """`{titleId, version}` to `{retired}`, the number of objects below the version's prefixes, all of them marked."""
    del context
    bucket = os.environ["RENDITIONS"]
    assets.delete(event["titleId"], [event["version"]])
    tag = {"TagSet": [dict(zip(("Key", "Value"), titles.RETIRED_TAG, strict=True))]}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        done = sum(1 for _ in pool.map(lambda key: s3.put_object_tagging(Bucket=bucket, Key=key, Tagging=tag), _keys(bucket, event)))
    logger.info("retired", extra={"title": event["titleId"], "version": event["version"], "objects": done})
    return {"retired": done}


def _keys(bucket: str, event: Mapping[str, Any]) -> Iterator[str]:
    for clear in (False, True):
        prefix = titles.rendition_prefix(event["titleId"], event["version"], clear=clear)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", []))
