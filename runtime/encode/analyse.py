"""Measures what a title needs: a few encodes of a short clip of it, scored by VMAF. Bounded, and its cost is part of its result.

The container's command is `python -m runtime.encode.analyse REQUEST`; `Request` says what the JSON holds. An exit code other than 0 is
the infrastructure's. A title that cannot be measured gets no rungs of its own, hence the whole ladder: this step never stops one.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import boto3

from marquee.domain.ladder import ffmpeg, per_title
from marquee.domain.ladder import vmaf as scoring
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.job import S3Object
from marquee.domain.ladder.opening import QUIET
from marquee.domain.ladder.per_title import Choice, Point, Probe
from marquee.domain.ladder.plan import Plan, Source, plan_of
from runtime.encode.analyse_windows import Reader, Window, choose_windows
from runtime.encode.objects import Objects
from runtime.encode.source import SOURCE, Master
from runtime.encode.tools import BadMediaError, InfrastructureError, decode, run

_REFERENCE: Final = "reference.mkv"


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What the analysis took."""

    seconds: float
    cpu_seconds: float
    probes: int
    clip_seconds: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A probe, what it gave, and the CPU seconds of its encode alone."""

    probe: Probe
    point: Point
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What was measured, and what follows."""

    choice: Choice
    points: tuple[Point, ...]
    windows: tuple[Window, ...]
    cost: Cost
    encode_cpu_seconds: float
    """What the AVC rungs of the whole ladder would take on this machine, from the probes' own speed."""

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "rungs": list(self.choice.rungs),
            "steps": [asdict(step) for step in self.choice.steps],
            "points": [asdict(point) for point in self.points],
            "windows": [{"start": float(window.start), "seconds": float(window.seconds)} for window in self.windows],
            "cost": asdict(self.cost),
            "encodeCpuSeconds": self.encode_cpu_seconds,
        }


def analyse(reading: Reader, plan: Plan, duration: Fraction, folder: Path, *, largest: int = per_title.LARGEST) -> Analysis:
    """Measure a title in `folder`. BadMediaError if it cannot be decoded."""
    began, cpu = time.monotonic(), _cpu()
    first = per_title.probes(plan, largest)
    windows = choose_windows(reading, duration, folder)
    seconds = _clip(reading, plan, first, windows, folder)
    measured: list[Measured] = []
    for probe in first:
        whole = _measure(probe, seconds, folder)
        measured += [whole, *(_measure(lower, seconds, folder) for lower in probe.lower(whole.point.kbps))]
    points = tuple(each.point for each in measured)
    cost = Cost(
        seconds=round(time.monotonic() - began, 2), cpu_seconds=round(_cpu() - cpu, 2), probes=len(points), clip_seconds=round(seconds, 3)
    )
    return Analysis(
        choice=per_title.choose(plan, points),
        points=points,
        windows=windows,
        cost=cost,
        encode_cpu_seconds=_estimate(plan, measured, seconds, duration),
    )


def _clip(reading: Reader, plan: Plan, probes: Sequence[Probe], windows: Sequence[Window], folder: Path) -> float:
    """Write the windows, one after the other, as the reference of every probe; the seconds that it lasts.

    Lossless, at the largest size that is measured, and in the colours that viewers will get: scores then tell of the encode alone.
    """
    largest = max((probe.video for probe in probes), key=lambda video: video.width * video.height)
    picture = scoring.reference(largest.width, largest.height, plan.source.dynamic_range)
    rate = f"{largest.fps.numerator}/{largest.fps.denominator}"
    parts: list[str] = []
    for index, window in enumerate(windows):
        part = f"window-{index}.mkv"
        arguments = [
            *QUIET, "-ss", f"{float(window.start):.3f}", "-i", SOURCE,
            "-t", f"{float(window.seconds):.3f}", "-map", "0:V:0", "-an", "-sn", "-dn",
            "-vf", f"fps={rate},{picture}",
            "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", part,
        ]  # fmt: skip
        decode(reading(arguments), folder)
        parts.append(part)
    (folder / "parts.txt").write_text("".join(f"file '{part}'\n" for part in parts))
    run("ffmpeg", ["-v", "error", "-y", "-f", "concat", "-i", "parts.txt", "-c", "copy", _REFERENCE], folder)
    shown = _pictures(folder / _REFERENCE)
    if not shown:
        raise BadMediaError("it has no picture in the windows that were to be measured")
    return float(shown / largest.fps)


def _pictures(path: Path) -> int:
    asked = ["-v", "error", "-count_packets", "-select_streams", "v:0", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0"]
    return int(run("ffprobe", [*asked, path.name], path.parent).strip() or 0)


def _measure(probe: Probe, seconds: float, folder: Path) -> Measured:
    target = f"{probe.name}.mp4"
    cpu = _cpu()
    run("ffmpeg", ffmpeg.video(replace(probe.video, source_range="SDR"), _REFERENCE, target), folder)
    spent = _cpu() - cpu
    kbps = (folder / target).stat().st_size * 8 / 1000 / seconds
    return Measured(probe=probe, point=probe.point(round(kbps, 1), vmaf(target, _REFERENCE, folder)), cpu_seconds=spent)


def vmaf(distorted: str, reference: str, folder: Path) -> float:
    """VMAF of one file of `folder` against another, 0 to 100."""
    run("ffmpeg", scoring.arguments(distorted, reference, *_size(folder / reference), "vmaf.json"), folder)
    return scoring.score((folder / "vmaf.json").read_text())


def _size(path: Path) -> tuple[int, int]:
    asked = ["-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height", "-of", "csv=p=0"]
    width, height = run("ffprobe", [*asked, path.name], path.parent).strip().split(",")[:2]
    return int(width), int(height)


def _estimate(plan: Plan, measured: Sequence[Measured], seconds: float, duration: Fraction) -> float:
    pixels = sum(each.probe.video.width * each.probe.video.height for each in measured) * seconds * float(plan.lowest_fps)
    wanted = sum(rung.width * rung.height * float(rung.fps) for rung in plan.rungs if rung.rendition.codec == "avc") * float(duration)
    return round(sum(each.cpu_seconds for each in measured) / pixels * wanted, 1) if pixels else 0.0


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True, kw_only=True)
class Request:
    """What the workflow asks: `{titleId, titleVersion, held: {bucket, key, versionId}, media: MediaFacts, work: <bucket>}`."""

    title_id: str
    version: str
    master: S3Object
    source: Source
    duration: Fraction
    work: str
    """Bucket that the result is written to."""

    @classmethod
    def from_json(cls, text: str) -> "Request":
        """InfrastructureError if it is no request: the workflow makes it, not the uploader."""
        try:
            value = json.loads(text)
            held, media = value["held"], value["media"]
            source = Source.of(media["video"], media["audio"], Fraction(media["encodeRate"]))
            return cls(
                title_id=value["titleId"],
                version=value["titleVersion"],
                master=S3Object(bucket=held["bucket"], key=held["key"], version_id=held["versionId"]),
                source=source,
                duration=Fraction(media["durationMs"], 1000),
                work=value["work"],
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise InfrastructureError(f"the request is none: {error!r}") from error

    @property
    def key(self) -> str:
        """Where the result lies, beside what an encode by Batch leaves: so that a repeated analysis costs nothing."""
        return f"batch/{self.title_id}/{self.version}/rungs.json"


def main(arguments: Sequence[str]) -> int:
    """The exit code. The result's metadata `rungs` (names between commas, empty for the whole ladder) is what the workflow reads."""
    try:
        request = Request.from_json(arguments[0])
        objects = Objects(boto3.Session().client("s3"))
        value = objects.json(request.work, request.key)
        if value is None:
            value = _answer(request, objects)
            objects.put_json(request.work, request.key, value, {"rungs": ",".join(value["rungs"])})
    except InfrastructureError as error:
        print(json.dumps({"event": "failed", "detail": str(error)}), flush=True)
        return 1
    print(json.dumps({"event": "analysed", "title": request.title_id, **value}), flush=True)
    return 0


def _answer(request: Request, objects: Objects) -> dict[str, Any]:
    plan = plan_of(default_ladder(), request.source)
    try:
        with tempfile.TemporaryDirectory() as place, Master(objects.client, request.master) as master:
            found = analyse(master.reading, plan, request.duration, Path(place)).to_json()
            master.check()
            return found
    except BadMediaError as error:  # the encode says it again, to the uploader
        return {"rungs": [], "detail": str(error)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
