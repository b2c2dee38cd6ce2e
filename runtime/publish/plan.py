"""Lambda: the ladder applied to an accepted master, as the job of the encoder that the stack has."""

import json
import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee.domain import titles
from marquee.domain.content_keys import Content
from marquee.domain.ladder.chunks import BatchPlan
from marquee.domain.ladder.drm import Protection, Scheme, System
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.plan import Source
from marquee.domain.ladder.tracks import UNKNOWN, CaptionTrack, is_language
from marquee.domain.media import MediaFacts

logger = Logger()
s3 = boto3.client("s3")


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{titleId, titleVersion, held, captions, declared, media, rungs}` to `{job, mediaconvert, batch}`.

    One of `mediaconvert` (a CreateJob request without Role, Queue and Tags) and `batch` (`{plan, chunks}`) is not None.
    """
    del context
    job = encode_job(event, os.environ)
    logger.info("planned", extra={"title": job.title_id, "version": job.version, "rungs": [rung.name for rung in job.plan().rungs]})
    answer = {"job": job.to_json(), "mediaconvert": None, "batch": None}
    if os.environ["ENCODER"] == "batch":
        return {**answer, "batch": _batch(job, os.environ["WORK"])}
    return {**answer, "mediaconvert": mediaconvert_request(job)}


def encode_job(event: Mapping[str, Any], environment: Mapping[str, str]) -> EncodeJob:
    """The job that the event and the stack's settings make."""
    media, held = cast("MediaFacts", event["media"]), event["held"]
    title_id, version = event["titleId"], event["titleVersion"]
    just_in_time = environment["PACKAGING"] == "jit"
    protection = None
    if not just_in_time and environment.get("SPEKE_URL"):
        systems = cast("tuple[System, ...]", tuple(environment["SYSTEMS"].split(",")))
        protection = Protection(scheme=cast("Scheme", environment["SCHEME"]), systems=systems)
    duration = Fraction(media["durationMs"], 1000)
    language = event["declared"]["language"] or _spoken(media)
    return EncodeJob(
        title_id=title_id,
        version=version,
        master=S3Object(bucket=held["bucket"], key=held["key"], version_id=held["versionId"]),
        bucket=environment["RENDITIONS"],
        prefix=titles.rendition_prefix(title_id, version, clear=just_in_time),
        source=Source.of(media["video"], media["audio"], Fraction(media["encodeRate"]), duration),
        duration=duration,
        segment_seconds=Fraction(environment["SEGMENT_SECONDS"]),
        gop_seconds=Fraction(environment["GOP_SECONDS"]),
        packaging="jit" if just_in_time else "static",
        protection=protection,
        speke_url=environment["SPEKE_URL"] if protection else None,
        rungs=tuple(event["rungs"]) if event.get("rungs") else None,
        captions=_captions(event["captions"], media["closedCaptions"], language),
        embedded=environment["ENCODER"] == "batch",
        language=language,
    )


def mediaconvert_request(job: EncodeJob) -> dict[str, Any]:
    """The parts of a CreateJob request that the title decides."""
    captions = {caption.track.language: _address(caption.source) for caption in job.captions if caption.source}
    speke = Speke(url=job.speke_url, resource_id=Content(job.title_id, job.version).id) if job.speke_url else None
    base, plan = titles.HLS_MANIFEST.rpartition(".")[0], job.plan()
    where = Job(
        master=_address(job.master),
        destination=f"s3://{job.bucket}/{job.prefix}{base}",
        thumbnails=f"s3://{job.bucket}/{job.served}{base}" if plan.ladder.container == "ts" and plan.ladder.thumbnails else None,
        captions=captions,
        speke=speke,
    )
    settings = job_settings(plan, where)
    return {"Settings": settings, "UserMetadata": {"title": job.title_id, "version": job.version}}


def _batch(job: EncodeJob, work: str) -> dict[str, Any]:
    plan = BatchPlan.of(job, work, Fraction(os.environ["CHUNK_SECONDS"]))
    body = json.dumps(plan.to_json()).encode()
    s3.put_object(Bucket=plan.bucket, Key=plan.key, Body=body, ContentType="application/json")
    return {"plan": plan.uri, "chunks": len(plan.chunks())}


def _spoken(media: MediaFacts) -> str:
    """What the master says of its first sound, as far as it says it in a way that players know."""
    said = (media["audio"][0]["language"] if media["audio"] else None) or UNKNOWN
    return said if is_language(said) else UNKNOWN


def _captions(files: Mapping[str, Mapping[str, str]], closed: Sequence[int], spoken: str) -> tuple[Caption, ...]:
    """The files beside the master, and its first CEA-608 channel unless a file is in the language that is spoken: nobody says another."""
    beside = tuple(_caption(language, where) for language, where in sorted(files.items()))
    if not closed or spoken in files:
        return beside
    return (*beside, Caption(track=CaptionTrack(kind="cea608", language=spoken, channel=min(closed))))


def _caption(language: str, where: Mapping[str, str]) -> Caption:
    source = S3Object(bucket=where["bucket"], key=where["key"], version_id=where["versionId"])
    return Caption(track=CaptionTrack(kind="webvtt", language=language), source=source)


def _address(place: S3Object) -> str:
    return f"s3://{place.bucket}/{place.key}"
