"""Lambda: the verdict on an uploaded master, from a few ranged reads of its version."""

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee.domain import titles
from marquee.domain.attributes import attribute
from runtime.ingest.around import Around
from runtime.ingest.judge import Rules, judge
from runtime.ingest.ranges import Fetch

logger = Logger()
s3 = boto3.client("s3")


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{bucket, key, version, size}` to a verdict, beside the title version and its facts as DynamoDB's attribute values.

    An exception means that AWS failed, never that the file is bad: the workflow then tries again.
    """
    del context
    rules = Rules(
        max_bytes=int(os.environ["MAX_MASTER_BYTES"]),
        max_ms=int(os.environ["MAX_MASTER_MS"]),
        segment_seconds=Fraction(os.environ["SEGMENT_SECONDS"]),
        gop_seconds=Fraction(os.environ["GOP_SECONDS"]),
    )
    bucket, key, version = event["bucket"], event["key"], event["version"]
    around = Around(s3, bucket=bucket, key=key, version=version)
    verdict = judge(key, event["size"], _ranges(bucket, key, version), rules, around)
    logger.info("judged", extra={"key": key, "version": version, "reason": verdict["reason"]})
    return {**verdict, "titleVersion": titles.version_of(version), "attributes": attribute(verdict["media"] or {})["M"]}


def _ranges(bucket: str, key: str, version: str) -> Fetch:
    def fetch(first: int, last: int) -> bytes:
        answer = s3.get_object(Bucket=bucket, Key=key, VersionId=version, Range=f"bytes={first}-{last}")
        return answer["Body"].read()

    return fetch
