"""Lambda: is what the encoder made complete, protected and as long as its master? Only then is it published."""

import re
from collections.abc import Mapping
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee.domain import titles
from marquee.domain.attributes import attribute
from marquee.domain.ladder.job import EncodeJob
from marquee.domain.ladder.thumbnails import webvtt
from runtime.publish.check import check

logger = Logger()
s3 = boto3.client("s3")

_SHEET: Final = re.compile(r".*thumbnail.*\.jpe?g")
_MISSING: Final = "sheet-%05d.jpg"


class Stored:
    """The files of one title version, in S3."""

    def __init__(self, bucket: str, prefix: str):
        self._bucket, self._prefix = bucket, prefix
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        self.sizes: dict[str, int] = {item["Key"].removeprefix(prefix): item["Size"] for page in pages for item in page.get("Contents", [])}

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        """A part of a file, or all of it."""
        span = {} if length is None else {"Range": f"bytes={first}-{first + length - 1}"}
        return s3.get_object(Bucket=self._bucket, Key=self._prefix + name, **span)["Body"].read()

    def write(self, name: str, content: str, kind: str) -> None:
        """A file more."""
        body = content.encode()
        s3.put_object(Bucket=self._bucket, Key=self._prefix + name, Body=body, ContentType=kind)
        self.sizes[name] = len(body)


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{job}` to `{problems, playback, attributes}`: sentences, and without any what the title's record says, plain and for DynamoDB."""
    del context
    job = EncodeJob.from_json(event["job"])
    files = Stored(job.bucket, job.prefix)
    index_thumbnails(job, files)
    problems, playback = check(job, files)
    logger.info("verified", extra={"title": job.title_id, "version": job.version, "problems": problems})
    return {"problems": problems, "playback": playback, "attributes": attribute(playback or {})["M"]}


def index_thumbnails(job: EncodeJob, files: Stored) -> None:
    """The WebVTT for the seek bar, where the encoder made sheets and left it out, as MediaConvert does."""
    sheets = sorted(name for name in files.sizes if _SHEET.fullmatch(name))
    if titles.THUMBNAILS in files.sizes or not sheets:
        return
    text = webvtt(job.plan(), job.duration, _MISSING)
    for index, name in enumerate(sheets):
        text = text.replace(_MISSING % index, name)
    if "sheet-" not in text:
        files.write(titles.THUMBNAILS, text, "text/vtt")
