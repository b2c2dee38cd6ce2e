"""One MediaConvert job from submission to its end: read, encoded, packaged and written with the permissions of the job's own role."""

import json
import shutil
import threading
import time
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.packager import ContentKey
from marquee.emulator.media import encode, probe
from marquee.emulator.media.bench import Bench
from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.pool import CancelledError, Pool
from marquee.emulator.media.probe import Probed
from marquee.emulator.media.work import Group, S3Place
from marquee.emulator.services import speke
from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.upstream import module
from marquee.errors import MarqueeError

TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".cmfv": "video/mp4",
    ".cmfa": "audio/mp4",
    ".cmft": "application/mp4",
    ".ts": "video/mp2t",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
}
_UPLOADS: Final = 8  # at a time; more clients were slower (see emulation.md)
_ENCODING: Final = 95  # percent of a job that encoding is; the rest is packaging and upload

_CLIENT_ERROR: Any = module("botocore.exceptions").ClientError


@dataclass(kw_only=True)
class Job:
    """A job and how far it is. Fields are replaced whole, so that a reader never sees half a change."""

    id: str
    account: str
    region: str
    request: Mapping[str, Any]
    """Its CreateJob, by the model's names."""
    queue: str
    """ARN."""
    group: Group
    tags: dict[str, str]
    submitted: datetime
    status: str = "SUBMITTED"
    phase: str | None = None
    started: datetime | None = None
    finished: datetime | None = None
    error: JobError | None = None
    probed: Probed | None = None
    percent: dict[str, float] = field(default_factory=dict[str, float])
    """Output → how much of it is encoded."""
    uploaded: float = 0.0
    """Percent."""
    captured: list[str] = field(default_factory=list[str])
    """Names of captured frames' files."""
    cancelled: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:mediaconvert:{self.region}:{self.account}:jobs/{self.id}"

    @property
    def percent_complete(self) -> int:
        """Of the whole, weighed by the pixels of each output's pictures."""
        if self.status == "COMPLETE":
            return 100
        weights = {picture.name: float(picture.video.width * picture.video.height) for picture in self.group.pictures}
        done = sum(self.percent.get(name, 0.0) * weight for name, weight in weights.items()) / sum(weights.values())
        return int(done * _ENCODING / 100 + self.uploaded * (100 - _ENCODING) / 100)


@dataclass(frozen=True)
class Runner:
    """Runs jobs on this machine."""

    pool: Pool
    folder: Path
    """Each job gets a folder of its own below it, and leaves nothing."""

    def run(self, job: Job) -> None:
        """Do the job; it ends as COMPLETE, ERROR or CANCELED, which an event tells."""
        _scope(job)
        folder = self.folder / f"{job.account}-{job.id}"
        folder.mkdir(parents=True)
        try:
            self._work(job, folder)
            job.status, job.phase = "COMPLETE", None
        except CancelledError:
            job.status = "CANCELED"
        except JobError as error:
            job.error, job.status = error, "ERROR"
        except (OSError, ValueError, MarqueeError) as error:
            job.error, job.status = JobError(Code.UNKNOWN, f"{type(error).__name__}: {error}"), "ERROR"
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            job.finished = datetime.now(UTC)
            tell(job)
            job.ended.set()

    def _work(self, job: Job, folder: Path) -> None:
        session = _session(job)
        job.status, job.phase, job.started = "PROGRESSING", "PROBING", datetime.now(UTC)
        tell(job)
        master = folder / "master"
        with _s3_errors(job.group.master, Code.S3_MISSING):
            session.client("s3").download_file(*job.group.master, str(master))
        job.probed = probe.probe(self.pool, master, job.cancelled)
        if job.group.sounds and not job.probed.sound:
            raise JobError(Code.NO_AUDIO, "The input has no audio")
        tell(job, status="INPUT_INFORMATION")
        job.phase = "TRANSCODING"
        bench = Bench(
            pool=self.pool,
            folder=folder,
            master=master,
            probed=job.probed,
            captions=_captions(job, session, folder),
            progress=lambda name, percent: job.percent.update({name: percent}),
            cancelled=job.cancelled,
        )
        encode.encode(bench, job.group)
        encode.package(bench, job.group, _keys(job, session))
        job.phase = "UPLOADING"
        job.captured = sorted(file.name for file in bench.captures.iterdir())
        _upload(job, session, bench)


def tell(job: Job, status: str = "") -> None:
    """The event of a job's state, on its account's default bus. Source: MediaConvert user guide, "EventBridge events"."""
    status = status or job.status
    detail: dict[str, Any] = {
        "timestamp": int(time.time() * 1000),
        "accountId": job.account,
        "queue": job.queue,
        "jobId": job.id,
        "status": status,
        "userMetadata": dict(job.request.get("UserMetadata") or {}),
    }
    if status == "ERROR" and job.error:
        detail |= {"errorCode": int(job.error.code), "errorMessage": str(job.error)}
    if status == "COMPLETE":
        detail["outputGroupDetails"] = _group_details(job)
    if status == "INPUT_INFORMATION" and job.probed:
        size = {"width": job.probed.width, "height": job.probed.height}
        detail["inputDetails"] = [{"uri": f"s3://{job.group.master.bucket}/{job.group.master.key}", "id": 1, "video": [size]}]
    entry = {
        "Source": "aws.mediaconvert",
        "DetailType": "MediaConvert Job State Change",
        "Detail": json.dumps(detail),
        "Resources": [job.arn],
    }
    module("ministack.services.eventbridge")._put_events({"Entries": [entry]}, allow_aws_source=True)  # noqa: SLF001 MiniStack has no public way in


def output_details(job: Job) -> list[dict[str, Any]]:
    """As `GetJob` tells them, one a picture."""
    if job.probed is None or job.status != "COMPLETE":
        return []
    duration = encode.duration_ms(job.probed)
    sizes = [{"WidthInPx": picture.video.width, "HeightInPx": picture.video.height} for picture in job.group.pictures]
    return [{"OutputDetails": [{"DurationInMs": duration, "VideoDetails": size} for size in sizes]}]


def _group_details(job: Job) -> list[dict[str, Any]]:
    """Of captured frames the last one's path alone is told. Source: MediaConvert user guide, "File group with a frame capture output"."""
    kind = "CMAF_GROUP" if job.group.kind == "cmaf" else "HLS_GROUP"
    found: list[dict[str, Any]] = [{"type": kind, "playlistFilePaths": _playlists(job), "outputDetails": _output_details(job)}]
    captures = job.group.captures
    if captures and job.captured and job.probed:
        size = {"widthInPx": captures.stills.width, "heightInPx": captures.stills.height}
        paths = [f"s3://{captures.bucket}/{captures.prefix}{job.captured[-1]}"]
        details = {"durationInMs": encode.duration_ms(job.probed), "outputFilePaths": paths, "videoDetails": size}
        found.append({"type": "FILE_GROUP", "outputDetails": [details]})
    return found


def _output_details(job: Job) -> list[dict[str, Any]]:
    duration = encode.duration_ms(job.probed) if job.probed else 0
    sizes = [{"widthInPx": picture.video.width, "heightInPx": picture.video.height} for picture in job.group.pictures]
    return [{"durationInMs": duration, "videoDetails": size} for size in sizes]


def _playlists(job: Job) -> list[str]:
    base = f"s3://{job.group.bucket}/{job.group.prefix}{job.group.base}"
    return [f"{base}.{ending}" for kind, ending in (("dash", "mpd"), ("hls", "m3u8")) if kind in job.group.manifests]


def _scope(job: Job) -> None:
    responses = module("ministack.core.responses")
    responses.set_request_account_id(job.account)
    responses.set_request_region(job.region)


def _session(job: Job) -> ServiceSession:
    role = str(job.request["Role"])
    try:
        return take_on(role, service="mediaconvert.amazonaws.com", source_arn=job.queue, region=job.region, session=f"job-{job.id}")
    except MissingRoleError as error:
        raise JobError(Code.ROLE_MISSING, f"The role {role} does not exist") from error
    except UntrustedError as error:
        raise JobError(Code.ROLE_UNTRUSTED, f"The role {role} does not trust MediaConvert for {job.queue}") from error


@contextmanager
def _s3_errors(place: S3Place, missing: Code) -> Generator[None]:
    try:
        yield
    except _CLIENT_ERROR as raised:
        error: Any = raised
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        code = missing if status == 404 else Code.S3_DENIED
        raise JobError(code, f"s3://{place.bucket}/{place.key}: {error.response.get('Error', {}).get('Code')}") from error


def _captions(job: Job, session: ServiceSession, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for text in job.group.texts:
        source = text.source
        if isinstance(source, int):
            continue
        file = folder / f"{text.name}.vtt"
        with _s3_errors(source, Code.S3_MISSING):
            session.client("s3").download_file(*source, str(file))
        if not file.read_bytes()[:9].removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
            raise JobError(Code.INPUT, f"s3://{source.bucket}/{source.key} is no WebVTT file")
        found[text.name] = file
    return found


def _keys(job: Job, session: ServiceSession) -> dict[KeyLabel, ContentKey]:
    wanted = job.group.keys
    return speke.ask(session, wanted, encode.labels(job.group)) if wanted else {}


def _upload(job: Job, session: ServiceSession, bench: Bench) -> None:
    """Segments first, manifests last: who sees a manifest sees all that it names."""
    files = [*sorted(bench.captures.iterdir()), *sorted(bench.package.iterdir())]
    last = [file for file in files if file.suffix in {".m3u8", ".mpd"}]
    group, captures = job.group, job.group.captures
    client, done = session.client("s3"), 0

    def put(file: Path) -> None:
        nonlocal done
        if job.cancelled.is_set():
            raise CancelledError
        to = captures if captures and file.parent == bench.captures else group
        place = S3Place(to.bucket, to.prefix + file.name)
        with _s3_errors(place, Code.S3_MISSING), file.open("rb") as body:
            client.put_object(Bucket=place.bucket, Key=place.key, Body=body, ContentType=TYPES[file.suffix])
        done += 1
        job.uploaded = 100 * done / len(files)

    with ThreadPoolExecutor(max_workers=_UPLOADS) as uploads:
        for batch in ([file for file in files if file not in last], last):
            list(uploads.map(put, batch))
