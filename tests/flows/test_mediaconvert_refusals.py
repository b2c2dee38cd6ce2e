"""How the emulated MediaConvert refuses, fails and ends early."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.emulator import Emulator
from marquee.emulator.recorder import refused
from tests.flows.test_mediaconvert import ended, master, prepared, settings, workflow
from tests.flows.world import World, allow, deny, wait_for
from tests.media_files import ffmpeg, position, with_data_elsewhere

pytestmark = pytest.mark.slow
__all__ = ["master"]


def submit(aws: World, role: str, wanted: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return aws("mediaconvert").create_job(Role=role, Settings=wanted, **rest)["Job"]


def failure(aws: World, role: str, wanted: dict[str, Any]) -> tuple[int, str]:
    job = ended(aws, submit(aws, role, wanted)["Id"])
    assert job["Status"] == "ERROR"
    return job["ErrorCode"], job["ErrorMessage"]


def test_a_role_that_is_missing_or_trusts_another(aws: World, master: Path) -> None:
    bucket, _ = prepared(aws, master)
    missing = f"arn:aws:iam::{aws.account}:role/nobody"
    assert failure(aws, missing, settings(bucket)) == (1433, f"The role {missing} does not exist")
    trusting = aws.role("other", "lambda", allow("s3:*", "*"))
    code, message = failure(aws, trusting, settings(bucket))
    assert (code, "does not trust MediaConvert" in message) == (1434, True)
    assert not [call for call in aws.calls() if call.action.startswith("s3:")]


def test_a_role_trusted_for_another_queue_alone(aws: World, master: Path) -> None:
    bucket, _ = prepared(aws, master)
    confused = {"ArnLike": {"aws:SourceArn": aws.arn("mediaconvert", "queues/another")}}
    trust = allow("sts:AssumeRole", "", Principal={"Service": "mediaconvert.amazonaws.com"}, Condition=confused)
    del trust["Resource"]
    aws("iam").update_assume_role_policy(RoleName="encoder", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
    assert failure(aws, f"arn:aws:iam::{aws.account}:role/encoder", settings(bucket))[0] == 1434


def test_what_the_role_may_not_read_or_does_not_exist(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    aws("s3").put_object(Bucket=bucket, Key="private/film.mp4", Body=master.read_bytes())
    code, message = failure(aws, role, settings(bucket, key="private/film.mp4"))
    assert (code, message.startswith(f"s3://{bucket}/private/film.mp4: 403")) == (1401, True)
    assert [(call.role, call.action, call.resource) for call in refused(aws.calls())] == [
        ("encoder", "s3:GetObject", f"arn:aws:s3:::{bucket}/private/film.mp4")
    ]


def test_what_the_role_may_not_write(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    code, message = failure(aws, role, settings(bucket, prefix="elsewhere/"))
    assert (code, message.startswith(f"s3://{bucket}/elsewhere/index")) == (1401, True)
    assert "Contents" not in aws("s3").list_objects_v2(Bucket=bucket, Prefix="elsewhere/")


def test_masters_that_point_elsewhere_or_are_nothing(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    bad = {
        "playlist.mp4": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        "list.mp4": b"ffconcat version 1.0\nfile '/etc/hostname'\n",
        "empty.mp4": b"",
        "text.mp4": b"no film at all" * 100,
        "cut.mp4": master.read_bytes()[:500],
    }
    for name, content in bad.items():
        aws("s3").put_object(Bucket=bucket, Key=f"masters/{name}", Body=content)
        assert failure(aws, role, settings(bucket, key=f"masters/{name}")) == (1010, "The input is no container that can be read"), name


def test_a_master_whose_media_are_in_another_file(aws: World, master: Path, tmp_path: Path) -> None:
    """The other file is there, readable, and holds exactly what the tracks want, and the master has only zeros in its place."""
    bucket, role = prepared(aws, master)
    content = bytearray(with_data_elsewhere(master.read_bytes(), f"file://{master}"))
    start = position(bytes(content), b"mdat")
    size = int.from_bytes(content[start : start + 4])
    content[start + 8 : start + size] = bytes(size - 8)
    aws("s3").put_object(Bucket=bucket, Key="masters/elsewhere.mp4", Body=bytes(content))
    code, message = failure(aws, role, settings(bucket, key="masters/elsewhere.mp4"))
    assert (code, "received no packets" in message) == (1075, True)
    assert "Contents" not in aws("s3").list_objects_v2(Bucket=bucket, Prefix="titles/")


def test_a_silent_master_in_a_job_that_wants_sound(aws: World, master: Path, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mp4"
    ffmpeg("-i", master, "-c", "copy", "-an", silent)
    bucket, role = prepared(aws, silent)
    assert failure(aws, role, settings(bucket)) == (1021, "The input has no audio")


def test_requests_that_are_refused(aws: World) -> None:
    convert, wanted = aws("mediaconvert"), settings("bucket")
    role = f"arn:aws:iam::{aws.account}:role/encoder"
    wrong = settings("bucket")
    wrong["OutputGroups"][0]["Outputs"][0]["VideoDescription"]["CodecSettings"]["H264Settings"]["QvbrSettings"]["QvbrQualityLevel"] = 11
    for given, status, code, message in (
        ({"Settings": wrong}, 400, "BadRequestException", "QvbrQualityLevel: 11 is above the maximum, 10"),
        ({"Settings": {**wanted, "AdAvailOffset": 0}}, 400, "BadRequestException", "Settings.AdAvailOffset: the emulator does not"),
        ({"Settings": wanted, "JobTemplate": "t"}, 400, "BadRequestException", "JobTemplate"),
        ({"Settings": wanted, "Queue": "nowhere"}, 404, "NotFoundException", "no queue nowhere"),
    ):
        with pytest.raises(ClientError, match=message) as caught:
            convert.create_job(Role=role, **given)
        assert caught.value.response["Error"]["Code"] == code
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    with pytest.raises(ClientError, match="NotFoundException"):
        convert.get_job(Id="1234567890123-abcdef")
    assert convert.list_jobs()["Jobs"] == []


def test_a_token_finds_the_job_that_it_started(aws: World) -> None:
    role = f"arn:aws:iam::{aws.account}:role/nobody"
    first, second = (submit(aws, role, settings("bucket"), ClientRequestToken="film-1") for _ in range(2))
    assert first["Id"] == second["Id"]
    assert submit(aws, role, settings("bucket"), ClientRequestToken="film-2")["Id"] != first["Id"]


def test_a_caller_needs_the_job_the_queue_and_the_role(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    queue = aws.arn("mediaconvert", "queues/Default")
    for name, statements, action in (
        ("none", (allow("s3:*", "*"),), "mediaconvert:CreateJob"),
        ("other-queue", (allow("mediaconvert:CreateJob", aws.arn("mediaconvert", "queues/other")),), "mediaconvert:CreateJob"),
        ("no-pass", (allow("mediaconvert:CreateJob", queue),), "iam:PassRole"),
    ):
        with pytest.raises(ClientError, match=action) as caught:
            aws.as_role("mediaconvert", *statements, name=name).create_job(Role=role, Settings=settings(bucket))
        assert caught.value.response["Error"]["Code"] == "AccessDeniedException"
    assert {call.action for call in refused(aws.calls())} == {"mediaconvert:CreateJob", "iam:PassRole"}


def test_a_workflow_whose_role_may_not_hand_on_the_job_s(aws: World, master: Path) -> None:
    bucket, role = prepared(aws, master)
    machine = workflow(aws, role)
    denied = deny("iam:PassRole", "*")
    aws("iam").put_role_policy(
        RoleName="machine", PolicyName="deny", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    )
    ended = aws.run(machine, {"Settings": settings(bucket), "UserMetadata": {}})
    assert (ended["status"], ended["error"]) == ("FAILED", "MediaConvert.AccessDeniedException")
    assert aws("mediaconvert").list_jobs()["Jobs"] == []


def test_queues_and_their_tags(aws: World) -> None:
    convert = aws("mediaconvert")
    made = convert.create_queue(Name="films", Tags={"Owner": "team"})["Queue"]
    assert (made["PricingPlan"], made["Status"], made["Type"]) == ("ON_DEMAND", "ACTIVE", "CUSTOM")
    assert {queue["Name"] for queue in convert.list_queues()["Queues"]} == {"Default", "films"}
    convert.tag_resource(Arn=made["Arn"], Tags={"CostCentre": "cc"})
    convert.untag_resource(Arn=made["Arn"], TagKeys=["Owner"])
    assert convert.list_tags_for_resource(Arn=made["Arn"])["ResourceTags"]["Tags"] == {"CostCentre": "cc"}
    with pytest.raises(ClientError, match="ReservationPlanSettings"):
        convert.create_queue(Name="reserved", PricingPlan="RESERVED")
    plan = {"Commitment": "ONE_YEAR", "RenewalType": "EXPIRE", "ReservedSlots": 2}
    bought = convert.create_queue(Name="reserved", PricingPlan="RESERVED", ReservationPlanSettings=plan)["Queue"]
    assert bought["ReservationPlan"]["ReservedSlots"] == 2
    assert convert.update_queue(Name="films", Status="PAUSED")["Queue"]["Status"] == "PAUSED"
    convert.delete_queue(Name="films")
    for name in ("films", "Default"):
        with pytest.raises(ClientError, match=r"NotFound|Conflict"):
            convert.delete_queue(Name=name)


def test_a_job_called_off_ends_and_leaves_nothing(aws: World, master: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "399", "-i", master, "-c", "copy", long)  # 20 minutes
    bucket, role = prepared(aws, long)
    job = submit(aws, role, settings(bucket))
    wait_for(lambda: aws("mediaconvert").get_job(Id=job["Id"])["Job"].get("CurrentPhase") == "TRANSCODING")
    aws("mediaconvert").cancel_job(Id=job["Id"])
    assert ended(aws, job["Id"])["Status"] == "CANCELED"
    assert "Contents" not in aws("s3").list_objects_v2(Bucket=bucket, Prefix="titles/")
    with pytest.raises(ClientError, match="ConflictException"):
        aws("mediaconvert").cancel_job(Id=job["Id"])


def test_no_encode_outlives_the_emulator(master: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    ffmpeg("-stream_loop", "399", "-i", master, "-c", "copy", long)  # 20 minutes
    with Emulator() as emulator:
        aws = World(emulator, "123412341234")
        bucket, role = prepared(aws, long)
        job = submit(aws, role, settings(bucket))
        wait_for(lambda: aws("mediaconvert").get_job(Id=job["Id"])["Job"]["JobPercentComplete"] >= 1)
        group = emulator.process_group
        assert [name for name in commands(group) if "ffmpeg" in name]
    wait_for(lambda: not commands(group))


def commands(group: int) -> list[str]:
    """Names of the programs that run in a process group; zombies have none."""
    listed = subprocess.run(["ps", "-e", "-o", "pgid=,stat=,comm="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [row[2] for row in rows if int(row[0]) == group and not row[1].startswith("Z")]
