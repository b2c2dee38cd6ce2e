"""The emulated MediaConvert really encodes, with the permissions of the job's own role."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import m3u8
import pytest

from components.media.mediaconvert_states import states
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.mediaconvert import Job, job_settings
from marquee.domain.ladder.plan import for_source
from marquee.emulator.recorder import refused
from marquee.emulator.services.own import PROGRESS_PATH
from tests import media_files
from tests.flows.pieces import open_queue, rule, state_machine
from tests.flows.world import World, allow, wait_for

pytestmark = pytest.mark.slow
MANAGED_RULE = "StepFunctionsGetEventsForMediaConvertJobRule"
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
    return wait_for(lambda: ((job := convert.get_job(Id=job_id)["Job"])["Status"] in {"COMPLETE", "ERROR", "CANCELED"} and job) or {})


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
    told: list[str] = []
    while "COMPLETE" not in told:
        told += [event["detail"]["status"] for event in aws.messages(url)]
    assert sorted(told) == ["COMPLETE", "INPUT_INFORMATION", "PROGRESSING"]
    [shown] = [each for each in progress(aws) if each["id"] == job["Id"]]
    assert {each["output"]: each["percent"] for each in shown["outputs"]}["index-avc-234p-300k"] == shown["percent"] == 100
    assert not refused(aws.calls())
    assert {(call.role, call.action) for call in aws.calls() if call.role} == {("encoder", "s3:GetObject"), ("encoder", "s3:PutObject")}


ENCODES = {"Verify": {"Type": "Succeed"}, "Unencodable": {"Type": "Fail", "Error": "Unencodable", "Cause": "{% $states.input.detail %}"}}


def workflow(aws: World, role: str, *statements: dict[str, Any]) -> str:
    """A machine of the encoder's states alone, with what its role needs and what `statements` add."""
    queue = aws.arn("mediaconvert", "queues/Default")
    made = states(role_arn=role, queue_arn=queue, tags={"Owner": "team"})
    start = {
        "Type": "Pass",
        "Assign": {"titleId": "film", "titleVersion": "0123456789abcdef", "plan": {"mediaconvert": "{% $states.input %}"}},
        "Next": "Encode",
    }
    rights = [
        allow("mediaconvert:CreateJob", queue),
        allow(["mediaconvert:GetJob", "mediaconvert:TagResource"], aws.arn("mediaconvert", "jobs/*")),
        allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}),
        allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], aws.arn("events", f"rule/{MANAGED_RULE}")),
    ]
    definition = {"QueryLanguage": "JSONata", "StartAt": "Start", "States": {"Start": start, **made, **ENCODES}}
    return state_machine(aws, definition, *rights, *statements)


def test_the_workflow_waits_for_its_job(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    machine = workflow(aws, role)
    given = {"Settings": settings(bucket), "UserMetadata": {"title": "film", "version": "0123456789abcdef"}}
    assert aws.run(machine, given)["status"] == "SUCCEEDED"
    assert not refused(aws.calls())
    [job] = aws("mediaconvert").list_jobs()["Jobs"]
    assert (job["Status"], job["UserMetadata"]["title"], job["BillingTagsSource"]) == ("COMPLETE", "film", "JOB")
    tags = aws("mediaconvert").list_tags_for_resource(Arn=job["Arn"])["ResourceTags"]["Tags"]
    assert tags == {"Owner": "team", "Title": "film", "ManagedByService": "AWSStepFunctions"}
    assert {call.action for call in aws.calls() if call.role == "machine"} == {
        "mediaconvert:CreateJob", "mediaconvert:GetJob", "mediaconvert:TagResource", "iam:PassRole",
        "events:PutTargets", "events:PutRule", "events:DescribeRule",
    }  # fmt: skip


def test_a_file_that_cannot_be_encoded_is_refused_and_not_tried_again(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    aws("s3").put_object(Bucket=bucket, Key="masters/list.mp4", Body=b"ffconcat version 1.0\nfile '/etc/hostname'\n")
    ended = aws.run(workflow(aws, role), {"Settings": settings(bucket, key="masters/list.mp4"), "UserMetadata": {}})
    assert (ended["status"], ended["error"]) == ("FAILED", "Unencodable")
    assert ended["cause"] == "MediaConvert cannot encode it, error 1010: The input is no container that can be read"
    assert len(aws("mediaconvert").list_jobs()["Jobs"]) == 1


def progress(aws: World) -> list[dict[str, Any]]:
    return json.loads(aws.emulator.visit("GET", aws.emulator.endpoint + PROGRESS_PATH).body)
