"""The emulated MediaConvert really encodes, with the permissions of the job's own role."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import m3u8
import pytest

from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.mediaconvert import Job, job_settings
from marquee.domain.ladder.plan import for_source
from marquee.emulator.recorder import refused
from marquee.emulator.services.own import PROGRESS_PATH
from tests import media_files
from tests.flows.pieces import open_queue, rule
from tests.flows.world import World, allow, wait_for

CLEAR = for_source(replace(default_ladder(), protection=None, captions=()), 320, 180, Fraction(25))


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s of 320x180 with sound."""
    path = tmp_path_factory.mktemp("master") / "master.mp4"
    media_files.ffmpeg(*media_files.picture(), *media_files.SOUND, *media_files.AVC, *media_files.AAC, path)
    return path


def prepared(aws: World, master: Path) -> tuple[str, str]:
    """The bucket with the master, and the ARN of a role that may read it and write below `titles/`."""
    bucket = aws.bucket(aws.name("media"))
    aws("s3").upload_file(str(master), bucket, "masters/film.mp4")
    role = aws.role(
        "encoder",
        "mediaconvert",
        allow("s3:GetObject", f"arn:aws:s3:::{bucket}/masters/*"),
        allow("s3:PutObject", f"arn:aws:s3:::{bucket}/titles/*"),
    )
    return bucket, role


def settings(bucket: str, prefix: str = "titles/film/v1/", key: str = "masters/film.mp4") -> dict[str, Any]:
    return job_settings(CLEAR, Job(master=f"s3://{bucket}/{key}", destination=f"s3://{bucket}/{prefix}index"))


def ended(aws: World, job_id: str) -> dict[str, Any]:
    convert = aws("mediaconvert")
    return wait_for(lambda: (job := convert.get_job(Id=job_id)["Job"])["Status"] in {"COMPLETE", "ERROR", "CANCELED"} and job)


@pytest.mark.slow
def test_a_job_from_master_to_package(aws: World, master: Path, tmp_path: Path) -> None:
    bucket, role = prepared(aws, master)
    url, arn = open_queue(aws)
    rule(aws, "jobs", {"source": ["aws.mediaconvert"]}, {"Arn": arn})
    job = aws("mediaconvert").create_job(Role=role, Settings=settings(bucket), UserMetadata={"title": "film"}, Tags={"t": "film"})["Job"]
    done = ended(aws, job["Id"])
    assert done["Status"] == "COMPLETE", done
    names = {each["Key"].removeprefix("titles/film/v1/") for each in aws("s3").list_objects_v2(Bucket=bucket, Prefix="titles/")["Contents"]}
    variants = m3u8.loads(aws("s3").get_object(Bucket=bucket, Key="titles/film/v1/index.m3u8")["Body"].read().decode())
    assert {playlist.uri for playlist in variants.playlists} == {"index-avc-234p-300k.m3u8", "index-aac-und-64k.m3u8"}
    assert names >= {"index.mpd", "index-avc-234p-300kinit.cmfv", "index-avc-234p-300k_000000001.cmfv", "index_thumbnail_000000001.jpg"}
    statuses = [event["detail"]["status"] for event in aws.messages(url)]
    assert sorted(statuses) == ["COMPLETE", "INPUT_INFORMATION", "PROGRESSING"]
    [shown] = [each for each in progress(aws) if each["id"] == job["Id"]]
    assert {each["output"]: each["percent"] for each in shown["outputs"]}["index-avc-234p-300k"] == shown["percent"] == 100
    assert not refused(aws.calls())
    assert {(call.role, call.action) for call in aws.calls()} == {("encoder", "s3:GetObject"), ("encoder", "s3:PutObject")}


def progress(aws: World) -> list[dict[str, Any]]:
    return json.loads(aws.emulator.visit("GET", aws.emulator.endpoint + PROGRESS_PATH).body)
