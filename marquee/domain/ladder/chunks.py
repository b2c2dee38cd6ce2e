"""A title cut into pieces that are encoded apart and joined without loss: each begins and ends where segments do, in every rung."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any, Final
from urllib.parse import urlsplit

from marquee.domain.ladder.job import EncodeJob, Json
from marquee.domain.ladder.plan import Plan

CHUNK_SECONDS: Final = Fraction(60)
"""About what an interruption repeats. Shorter chunks restart the rate control and fetch the master's index more often."""
MOST_CHUNKS: Final = 1_000
"""Of one title: a state machine's history holds 25,000 events, and a chunk takes about ten of them."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A piece of the picture."""

    index: int
    start: Fraction
    """Seconds from the title's beginning, a whole number of segments."""
    frames: int
    """Pictures at the source's rate; a rung at half of it has half as many."""

    @property
    def name(self) -> str:
        """Names the chunk in keys: `chunk-00007`."""
        return f"chunk-{self.index:05d}"


@dataclass(frozen=True, kw_only=True)
class BatchPlan:
    """What the jobs of one encode share: the document at `key` of the work bucket, named to each of them by `uri`."""

    job: EncodeJob
    bucket: str
    """The work bucket."""
    prefix: str
    """Of everything that this encode leaves there; ends with `/`."""
    chunk_seconds: Fraction = CHUNK_SECONDS

    def __post_init__(self) -> None:
        if not self.prefix.endswith("/"):
            raise ValueError(f"prefix {self.prefix!r}: chunks of two titles could meet; end it with a slash")
        if self.chunk_seconds <= 0:
            raise ValueError(f"chunk_seconds {float(self.chunk_seconds):g} cuts nothing; use about a minute")

    @classmethod
    def of(cls, job: EncodeJob, bucket: str, chunk_seconds: Fraction = CHUNK_SECONDS) -> "BatchPlan":
        """The plan in its place: one for a title version, so that a repeated encode finds what an earlier one left."""
        return cls(job=job, bucket=bucket, prefix=f"batch/{job.title_id}/{job.version}/", chunk_seconds=chunk_seconds)

    @property
    def key(self) -> str:
        """Where the document lies."""
        return f"{self.prefix}plan.json"

    @property
    def uri(self) -> str:
        """`s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"

    def chunks(self) -> tuple[Chunk, ...]:
        """The pieces, in order; the last one is shorter."""
        return cut(self.job.plan(), self.job.duration, self.chunk_seconds)

    def to_json(self) -> Json:
        """As `from_json` reads it."""
        return {"job": self.job.to_json(), "bucket": self.bucket, "prefix": self.prefix, "chunkSeconds": str(self.chunk_seconds)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "BatchPlan":
        """The plan that `to_json` wrote. ValueError if it is none."""
        try:
            job, seconds = EncodeJob.from_json(value["job"]), Fraction(value["chunkSeconds"])
            return cls(job=job, bucket=str(value["bucket"]), prefix=str(value["prefix"]), chunk_seconds=seconds)
        except (KeyError, TypeError, ZeroDivisionError) as error:
            raise ValueError(f"batch plan: {error!r} in a field that is missing or of another type; write it with to_json") from error


def cut(plan: Plan, duration: Fraction, chunk_seconds: Fraction = CHUNK_SECONDS) -> tuple[Chunk, ...]:
    """Chunks of the whole segments next above `chunk_seconds`, longer ones if there would be more than `MOST_CHUNKS`.

    The same plan and duration always give the same chunks. A chunk holds whole pictures of every rung, since a segment does.
    """
    segment = plan.segment_duration
    segments = max(1, ceil(chunk_seconds / segment), ceil(duration / (segment * MOST_CHUNKS)))
    length = segments * segment
    frames = length * plan.source.fps
    total = ceil(duration * plan.source.fps)
    count = max(1, ceil(total / frames))
    return tuple(Chunk(index=index, start=index * length, frames=int(min(frames, total - index * frames))) for index in range(count))


def location(uri: str) -> tuple[str, str]:
    """Bucket and key of `s3://bucket/key`. ValueError for anything else."""
    parts = urlsplit(uri)
    if parts.scheme != "s3" or not parts.netloc or not parts.path.strip("/"):
        raise ValueError(f"{uri!r} is no s3://bucket/key")
    return parts.netloc, parts.path[1:]
