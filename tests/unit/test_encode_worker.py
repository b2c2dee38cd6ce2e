"""The worker of AWS Batch: what it makes, what it does not make twice, and whose fault it says a failure is."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from marquee.domain.content_keys import Content
from marquee.domain.cpix import speke
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.chunks import BatchPlan, Chunk
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.job import EncodeJob, S3Object
from marquee.domain.ladder.plan import Source
from runtime.encode import __main__ as entry
from runtime.encode import joining, keys
from runtime.encode.__main__ import main
from runtime.encode.checkpoints import Checkpoint, Output
from runtime.encode.source import SOURCE, Master
from runtime.encode.tools import BadMediaError, InfrastructureError
from tests import media_files

ROOT = Path(__file__).resolve().parents[2]
VERSION = "0123456789abcdef"
JOB = EncodeJob(
    title_id="film",
    version=VERSION,
    master=S3Object(bucket="masters", key="film.mp4"),
    bucket="renditions",
    prefix=f"titles/film/{VERSION}/",
    source=Source(width=320, height=180, fps=Fraction(25)),
    duration=Fraction(3),
    segment_seconds=Fraction(2),
    gop_seconds=Fraction(1),
)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Empty buckets."""
    for name, value in {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        for bucket in ("masters", "renditions", "work"):
            client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        yield client


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """3 s of 320x180 with sound."""
    path = tmp_path_factory.mktemp("worker") / "master.mp4"
    media_files.ffmpeg(*media_files.picture(), *media_files.SOUND, *media_files.AVC, *media_files.AAC, path)
    return path.read_bytes()


def planned(s3: Any, content: bytes, job: EncodeJob = JOB) -> BatchPlan:
    plan = BatchPlan.of(job, "work", Fraction(2))
    s3.put_object(Bucket="masters", Key="film.mp4", Body=content)
    s3.put_object(Bucket="work", Key=plan.key, Body=json.dumps(plan.to_json()).encode())
    return plan


def read(s3: Any, plan: BatchPlan, name: str) -> Any:
    return json.loads(s3.get_object(Bucket="work", Key=plan.prefix + name)["Body"].read())


def names(s3: Any, bucket: str) -> set[str]:
    return {each["Key"].rpartition("/")[2] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", [])}


@pytest.mark.slow
def test_what_is_done_is_not_made_again(s3: Any, master: bytes) -> None:
    plan = planned(s3, master)
    for index in ("0", "1", "2"):
        assert main(["chunk", plan.uri, index]) == 0
    before = read(s3, plan, "chunk-00000/done.json")
    assert main(["chunk", plan.uri, "0"]) == 0
    assert read(s3, plan, "chunk-00000/done.json") == before
    # A file that is not what the marker says, and a marker of other settings, count for nothing.
    s3.put_object(Bucket="work", Key=f"{plan.prefix}chunk-00000/avc-234p-300k.mp4", Body=b"half")
    assert main(["chunk", plan.uri, "0"]) == 0
    again = read(s3, plan, "chunk-00000/done.json")
    assert again["finished"] > before["finished"]
    assert again["outputs"][0]["pictures"] == 50
    other = planned(s3, master, replace(JOB, gop_seconds=Fraction(2)))
    assert main(["chunk", other.uri, "0"]) == 0
    assert read(s3, other, "chunk-00000/done.json")["fingerprint"] != again["fingerprint"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", "no MP4"),
        (b"", "no MP4"),
        (b"\0\0\0\x20ftypisom" + b"\0" * 4000, "cannot be decoded"),
    ],
    ids=["playlist", "empty", "no index"],
)
def test_a_bad_master_is_a_verdict(s3: Any, content: bytes, why: str) -> None:
    plan = planned(s3, content)
    assert main(["chunk", plan.uri, "0"]) == 0
    assert why in read(s3, plan, "fault.json")["detail"]
    assert main(["chunk", plan.uri, "1"]) == 0, "the others need not find out again"
    assert main(["assemble", plan.uri]) == 0
    assert read(s3, plan, "result.json")["encoded"] is False
    assert s3.head_object(Bucket="work", Key=f"{plan.prefix}result.json")["Metadata"]["encoded"] == "false"
    assert names(s3, "renditions") == set()


@pytest.mark.slow
def test_sound_that_is_not_there_is_the_masters_fault(s3: Any, tmp_path: Path) -> None:
    media_files.ffmpeg(*media_files.picture(), *media_files.AVC, tmp_path / "silent.mp4")
    plan = planned(s3, (tmp_path / "silent.mp4").read_bytes())
    assert main(["chunk", plan.uri, "2"]) == 0
    assert "cannot be decoded" in read(s3, plan, "fault.json")["detail"]


@pytest.mark.slow
def test_what_is_not_there_is_the_infrastructures_fault(s3: Any) -> None:
    plan = BatchPlan.of(JOB, "work", Fraction(2))
    assert main(["assemble", plan.uri]) == 1
    plan = planned(s3, b"")
    assert main(["chunk", plan.uri, "7"]) == 1
    assert main(["assemble", plan.uri]) == 1, "no chunk was ever made"
    assert names(s3, "work") == {"plan.json"}


def checkpoint(*counts: tuple[str, int]) -> Checkpoint:
    outputs = tuple(Output(name=f"{name}.mp4", bytes=1, sha256="0", pictures=count) for name, count in counts if count)
    return Checkpoint(fingerprint="", outputs=outputs, job="", attempt=1, started=0.0, finished=0.0)


CHUNKS = tuple(Chunk(index=index, start=Fraction(2 * index), frames=50) for index in range(3))


@pytest.mark.parametrize(("found", "seconds"), [((50, 50, 50), 6), ((50, 50, 20), Fraction(24, 5)), ((50, 0, 0), 2), ((0, 0, 0), 0)])
def test_a_title_may_end_early(found: tuple[int, ...], seconds: Fraction) -> None:
    made = {index: checkpoint(("avc-234p-300k", count)) for index, count in enumerate(found)}
    assert joining.length(JOB.plan(), CHUNKS, made) == seconds


@pytest.mark.parametrize("found", [(50, 0, 50), (49, 50, 50), (0, 50, 50)])
def test_a_title_may_not_stop_and_go_on(found: tuple[int, ...]) -> None:
    made = {index: checkpoint(("avc-234p-300k", count)) for index, count in enumerate(found)}
    with pytest.raises(BadMediaError, match="stops"):
        joining.length(JOB.plan(), CHUNKS, made)


def test_renditions_end_together() -> None:
    plan = replace(JOB, source=Source(width=640, height=360, fps=Fraction(25))).plan()
    made = {
        index: checkpoint(*((rung.name, 20 if index == 2 and rung.name.startswith("av1") else 50) for rung in plan.rungs))
        for index in range(3)
    }
    with pytest.raises(BadMediaError, match="different times"):
        joining.length(plan, CHUNKS, made)


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 it begins with http, as asserted
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, b""


@pytest.mark.slow
def test_a_master_is_served_in_ranges_to_who_knows_the_address(s3: Any) -> None:
    content = b"\0\0\0\x18ftyp" + bytes(range(256)) * 8
    s3.put_object(Bucket="masters", Key="film.mp4", Body=content)
    with Master(s3, JOB.master) as served:
        arguments = served.reading(["-v", "error", "-i", SOURCE, "-f", "null", "-"])
        address = arguments[arguments.index("-i") + 1]
        assert arguments[:6] == ["-v", "error", "-protocol_whitelist", "http,tcp", "-f", "mov"]
        assert address.startswith("http://127.0.0.1:")
        assert fetch(address) == (206, content)
        assert fetch(address, Range="bytes=5-9") == (206, content[5:10])
        assert fetch(address, Range=f"bytes={len(content) - 3}-") == (206, content[-3:])
        assert fetch(address, Range=f"bytes={len(content)}-")[0] == 416
        assert fetch(address[:-1])[0] == 404
        served.check()
        s3.delete_object(Bucket="masters", Key="film.mp4")
        with pytest.raises(OSError, match=r"."):
            urllib.request.urlopen(address)  # noqa: S310
        with pytest.raises(InfrastructureError, match="NoSuchKey"):
            served.check()


class Session:
    """A boto3 session's part that signing needs."""

    region_name = "eu-west-1"

    def get_credentials(self) -> Any:
        return boto3.Session(aws_access_key_id="a", aws_secret_access_key="b").get_credentials()


PROTECTED = replace(JOB, protection=Protection(), speke_url="https://x.execute-api.eu-west-1.amazonaws.com/keys/speke")


def provider(status: int, asked: list[bytes]) -> Any:
    def post(url: str, body: bytes, session: Any) -> tuple[int, bytes]:
        asked.append(body)
        document = parse(body)
        answer = speke.answer(document, {key.kid: key.kid.bytes for key in document.keys})
        return status, build(answer) if status == 200 else b""

    return post


def test_keys_are_those_of_the_labels_that_the_streams_need(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    monkeypatch.setattr(keys, "_post", provider(200, asked))
    found = keys.content_keys(PROTECTED, Session())
    assert set(found) == {"AUDIO", "SD"}
    assert found["SD"].key == found["SD"].key_id
    assert parse(asked[0]).content_id == Content("film", VERSION).id
    assert keys.content_keys(JOB, Session()) == {}


def test_a_refusal_is_not_asked_again_and_silence_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys.time, "sleep", lambda _: None)
    for status, times, why in ((403, 1, "refused with 403"), (503, 5, "did not answer: 503"), (0, 5, "no connection")):
        asked: list[bytes] = []
        monkeypatch.setattr(keys, "_post", provider(status, asked))
        with pytest.raises(InfrastructureError, match=why):
            keys.content_keys(PROTECTED, Session())
        assert len(asked) == times


@pytest.mark.slow
def test_the_image_holds_all_that_the_worker_imports(tmp_path: Path) -> None:
    for line in re.findall(r"^COPY (.+)$", (ROOT / "runtime/encode/Dockerfile").read_text(), re.MULTILINE):
        *sources, target = line.split()
        for source in sources if not target.startswith("/") else ():
            place = tmp_path / target / (Path(source).name if target.endswith("/") else "")
            place.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place)
            else:
                shutil.copy(ROOT / source, place)
    for module in ("runtime.encode", "runtime.encode.analyse"):
        script = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import importlib; importlib.import_module('{module}')"
        if module == "runtime.encode":
            script += "; importlib.import_module('runtime.encode.__main__')"
        done = subprocess.run([sys.executable, "-P", "-c", script], cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_a_worker_that_is_asked_to_stop_stops(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def encode(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(entry, "chunk", encode)
    monkeypatch.setattr(entry.Context, "open", lambda _: None)
    try:
        with pytest.raises(SystemExit) as ended:
            main(["chunk", "s3://encodes/plan.json", "0"])
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended.value.code == 143
    assert json.loads(capsys.readouterr().out) == {"event": "terminated", "signal": 15}


def test_a_transport_streams_sound_is_read_beside_its_picture(s3: Any) -> None:
    """Else ffmpeg would let both begin together."""
    s3.put_object(Bucket="masters", Key="film.mp4", Body=(b"\x47" + bytes(187)) * 5)
    with Master(s3, JOB.master) as served:
        arguments = served.reading(["-v", "error", "-i", SOURCE, "-map", "0:a:0", "sound.mp4"])
    assert arguments[2:6] == ["-protocol_whitelist", "http,tcp", "-f", "mpegts"]
    assert arguments[8:] == ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "null", "-", "-map", "0:a:0", "sound.mp4"]
