"""Lambda: is what the encoder made complete, protected and as long as its master? Only then is it published."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee.domain import titles
from marquee.domain.attributes import attribute
from marquee.domain.ladder.job import EncodeJob
from marquee.domain.ladder.thumbnails import SHEET, webvtt
from runtime.publish.check import check

logger = Logger()
s3 = boto3.client("s3")

_SHEET: Final = re.compile(r".*thumbnail.*\.jpe?g")


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
    served = files if job.served == job.prefix else Stored(job.bucket, job.served)
    index_thumbnails(job, served)
    problems, playback = check(job, files, served)
    logger.info("verified", extra={"title": job.title_id, "version": job.version, "problems": problems})
    return {"problems": problems, "playback": playback, "attributes": attribute(playback or {})["M"]}


def index_thumbnails(job: EncodeJob, files: Stored) -> None:
    """The WebVTT for the seek bar, where the encoder made sheets and left it out, as MediaConvert does.

    Not of a title whose sheets end before it does by more than one thumbnail, which a picture shorter than its sound explains.
    """
    sheets = sorted(name for name in files.sizes if _SHEET.fullmatch(name))
    plan = job.plan()
    grid = plan.ladder.thumbnails
    if titles.THUMBNAILS in files.sizes or not sheets or grid is None:
        return
    seconds = len(sheets) * grid.columns * grid.rows * grid.interval
    text = webvtt(plan, min(job.duration, Fraction(seconds)) if job.duration <= seconds + grid.interval else job.duration, SHEET)
    for index, name in enumerate(sheets):
        text = text.replace(SHEET % index, name)
    if SHEET.partition("%")[0] not in text:
        files.write(titles.THUMBNAILS, text, "text/vtt")
