"""Clear transport streams, as both encoders leave them for just-in-time packaging: in the emulated services, as their own roles."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marquee.domain import titles
from marquee.domain.ladder.chunks import BatchPlan
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.plan import Source
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator.recorder import refused
from runtime.publish.check import check
from runtime.publish.plan import mediaconvert_request
from tests import media_files
from tests.flows.batch_pieces import ended as batch_ended
from tests.flows.batch_pieces import prepare
from tests.flows.pieces import open_queue, rule
from tests.flows.test_mediaconvert import ended
from tests.flows.world import World, allow
from tests.transport_tree import captions, judge

pytestmark = pytest.mark.slow

VERSION = "0123456789abcdef"
CLEAR, SERVED = f"clear/film/{VERSION}/", f"titles/film/{VERSION}/"
RUNGS = ("avc-360p-300k", "hevc-540p-400k", "av1-360p-200k")
PICTURES = 120
FPS = Fraction(30000, 1001)


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """4.004 s of 960x540 at 30000/1001 frames a second, with sound in 5.1."""
    path = tmp_path_factory.mktemp("master") / "master.mp4"
    moving = ("-f", "lavfi", "-i", "testsrc2=size=960x540:rate=30000/1001")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
    media_files.ffmpeg(*moving, *sound, "-t", "4.004", *media_files.AVC, "-c:a", "aac", "-ac", "6", "-b:a", "384k", path)
    return path


@dataclass(frozen=True)
class Stored:
    """A prefix, copied to this machine; as the verifier reads it."""

    folder: Path

    @classmethod
    def below(cls, aws: World, bucket: str, prefix: str, folder: Path) -> "Stored":
        for each in aws("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
            path = folder / prefix / each["Key"].removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            aws("s3").download_file(bucket, each["Key"], str(path))
        return cls(folder / prefix)

    @property
    def sizes(self) -> dict[str, int]:
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): path.stat().st_size for path in files}

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        return (self.folder / name).read_bytes()[first : None if length is None else first + length]


def planned(aws: World, master: Path) -> EncodeJob:
    """The job, whose bucket holds the master and its captions."""
    bucket = aws.bucket(aws.name("media"))
    aws("s3").upload_file(str(master), bucket, "masters/film.mp4")
    aws("s3").put_object(Bucket=bucket, Key="masters/film.en.vtt", Body=b"WEBVTT\n\n00:00.000 --> 00:02.500\nHello\n")
    text = Caption(track=CaptionTrack(kind="webvtt", language="en"), source=S3Object(bucket=bucket, key="masters/film.en.vtt"))
    return EncodeJob(
        title_id="film",
        version=VERSION,
        master=S3Object(bucket=bucket, key="masters/film.mp4"),
        bucket=bucket,
        prefix=CLEAR,
        packaging="jit",
        source=Source(width=960, height=540, fps=FPS, channels=6),
        duration=Fraction(4004, 1000),
        segment_seconds=Fraction(2),
        gop_seconds=Fraction(1),
        rungs=RUNGS,
        captions=(text,),
        language="en",
    )


def rights(bucket: str, served: list[str]) -> list[dict[str, Any]]:
    arn = f"arn:aws:s3:::{bucket}"
    written = [f"{arn}/clear/*", *(f"{arn}/titles/*/{name}*" for name in served)]
    return [allow("s3:GetObject", f"{arn}/masters/*"), allow("s3:PutObject", written)]


def judged(aws: World, job: EncodeJob, folder: Path, base: str) -> tuple[Stored, Stored]:
    """Both prefixes, once the whole presentation is found to be sound; `base` begins its playlists' names."""
    clear, served = (Stored.below(aws, job.bucket, prefix, folder) for prefix in (CLEAR, SERVED))
    codecs = {"avc-360p-300k": "h264", "hevc-540p-400k": "hevc", "aac-en-128k": "aac", "eac3-en-384k": "eac3"}
    judge(
        clear.folder, fps=FPS, gop=30, groups=2, pictures=PICTURES, codecs={f"{base}{name}.m3u8": codec for name, codec in codecs.items()}
    )
    assert "Hello" in captions(clear.folder, "en")[0]
    assert not [name for name in clear.sizes if name.endswith((".mpd", ".mp4", ".m4s", ".jpg"))], "transport streams, text and playlists"
    problems, playback = check(job, clear, served)
    assert problems == []
    assert playback is not None
    assert (playback["prefix"], [each["name"] for each in playback["renditions"]]) == (SERVED, list(RUNGS[:2]))
    return clear, served


def test_mediaconvert_leaves_transport_streams_and_frames_where_they_are_served(aws: World, master: Path, tmp_path: Path) -> None:
    job = planned(aws, master)
    url, arn = open_queue(aws)
    rule(aws, "jobs", {"source": ["aws.mediaconvert"], "detail": {"status": ["COMPLETE"]}}, {"Arn": arn})
    role = aws.role("encoder", "mediaconvert", *rights(job.bucket, ["index-thumbnail."]))
    made = aws("mediaconvert").create_job(Role=role, **mediaconvert_request(job))["Job"]
    done = ended(aws, made["Id"])
    assert done["Status"] == "COMPLETE", done
    clear, served = judged(aws, job, tmp_path, "index-")
    assert {name for name in clear.sizes if "avc" in name} == {
        "index-avc-360p-300k.m3u8", "index-avc-360p-300k_00001.ts", "index-avc-360p-300k_00002.ts",
    }  # fmt: skip
    assert set(served.sizes) == {"index-thumbnail.0000000.jpg"}, "the verifier writes their list"
    head = aws("s3").head_object(Bucket=job.bucket, Key=f"{CLEAR}index-avc-360p-300k_00001.ts")
    assert head["ContentType"] == "video/mp2t"
    [told] = [event["detail"]["outputGroupDetails"] for event in aws.messages(url)]
    assert [(group["type"], group.get("playlistFilePaths")) for group in told] == [
        ("HLS_GROUP", [f"s3://{job.bucket}/{CLEAR}index.m3u8"]),
        ("FILE_GROUP", None),
    ]
    assert told[1]["outputDetails"][0]["outputFilePaths"] == [f"s3://{job.bucket}/{SERVED}index-thumbnail.0000000.jpg"]
    assert not refused(aws.calls())


def test_batch_leaves_transport_streams_and_thumbnails_where_they_are_served(aws: World, master: Path, tmp_path: Path) -> None:
    job = planned(aws, master)
    plan = BatchPlan.of(job, job.bucket, Fraction(2))
    arn = f"arn:aws:s3:::{job.bucket}"
    aws("s3").put_object(Bucket=job.bucket, Key=plan.key, Body=json.dumps(plan.to_json()).encode())
    work = [allow(["s3:GetObject", "s3:PutObject"], f"{arn}/batch/*"), allow("s3:ListBucket", arn)]
    prepare(aws, *rights(job.bucket, ["sheet-", titles.THUMBNAILS]), *work)
    chunks = len(plan.chunks())
    commands = [*(["chunk", plan.uri, str(index)] for index in range(chunks + 1)), ["assemble", plan.uri]]
    assert chunks == 2, "joined of several"
    for command in commands:
        overrides = {"command": ["python", "-m", "runtime.encode", *command]}
        submitted = aws("batch").submit_job(jobName="job", jobQueue="jobs", jobDefinition="work", containerOverrides=overrides)
        done = batch_ended(aws, submitted["jobId"], 60)
        assert done["status"] == "SUCCEEDED", done
    result = json.loads(aws("s3").get_object(Bucket=job.bucket, Key=f"{plan.prefix}result.json")["Body"].read())
    assert (result["encoded"], result["encrypted"], Fraction(result["seconds"])) == (True, [], PICTURES / FPS)
    clear, served = judged(aws, job, tmp_path, "")
    assert {name for name in clear.sizes if "avc" in name} == {"avc-360p-300k.m3u8", "avc-360p-300k/00001.ts", "avc-360p-300k/00002.ts"}
    assert set(served.sizes) == {"sheet-00000.jpg", "thumbnails.vtt"}
    assert "sheet-00000.jpg#xywh=0,0,160,90" in served.read("thumbnails.vtt").decode()
    assert result["files"] == len(clear.sizes) + len(served.sizes)
    assert result["bytes"] == sum(clear.sizes.values()) + sum(served.sizes.values())
    assert not refused(aws.calls())
