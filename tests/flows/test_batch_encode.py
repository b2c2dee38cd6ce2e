"""AWS Batch from a master to an encrypted package: the real worker, in the emulated service, as its own role."""

import json
import os
import signal
import subprocess
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from components.media.batch.states import states
from marquee.domain.content_keys import Content, key_ids
from marquee.domain.ladder.chunks import BatchPlan
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.plan import Source
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator.recorder import refused
from runtime.publish.check import check
from tests import media_files
from tests.flows.batch_pieces import LOGS, ended, job, prepare
from tests.flows.key_provider_stack import HOME, Provider
from tests.flows.pieces import state_machine
from tests.flows.test_batch import worker
from tests.flows.world import World, allow, wait_for

pytestmark = pytest.mark.slow

VERSION = "0123456789abcdef"
RULE = "StepFunctionsGetEventsForBatchJobsRule"
ENDS = {"Verify": {"Type": "Succeed"}, "Unencodable": {"Type": "Fail", "Error": "Unencodable", "Cause": "{% $states.input.detail %}"}}


@pytest.fixture(scope="session")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """3 s of 320x180 with sound."""
    path = tmp_path_factory.mktemp("master") / "master.mp4"
    media_files.ffmpeg(*media_files.picture(), *media_files.SOUND, *media_files.AVC, *media_files.AAC, path)
    return path


def planned(aws: World, master: Path, **job_fields: Any) -> BatchPlan:
    """The plan of the master, in its place, for a queue whose worker may do what it needs and no more."""
    bucket = aws.bucket(aws.name("media"))
    aws("s3").upload_file(str(master), bucket, "masters/film.mp4")
    given = EncodeJob(
        title_id="film",
        version=VERSION,
        master=S3Object(bucket=bucket, key="masters/film.mp4"),
        bucket=bucket,
        prefix=f"titles/film/{VERSION}/",
        source=Source(width=320, height=180, fps=Fraction(25)),
        duration=Fraction(3),
        segment_seconds=Fraction(2),
        gop_seconds=Fraction(1),
    )
    plan = BatchPlan.of(replace(given, **job_fields), bucket, Fraction(2))
    aws("s3").put_object(Bucket=bucket, Key=plan.key, Body=json.dumps(plan.to_json()).encode())
    return plan


def rights(plan: BatchPlan) -> list[dict[str, Any]]:
    arn = f"arn:aws:s3:::{plan.bucket}"
    return [
        allow("s3:GetObject", [f"{arn}/masters/*", f"{arn}/batch/*"]),
        allow("s3:PutObject", [f"{arn}/batch/*", f"{arn}/titles/*"]),
        allow("s3:ListBucket", arn),
    ]


def workflow(aws: World, plan: BatchPlan) -> str:
    """A machine of the encoder's states alone, with what its role needs."""
    queue = aws.arn("batch", "job-queue/jobs")
    made = states(queue_arn=queue, definition="work", work_bucket=plan.bucket, parallel=2)
    batch = {"plan": plan.uri, "chunks": len(plan.chunks())}
    start = {"Type": "Pass", "Assign": {"titleId": "film", "titleVersion": VERSION, "plan": {"batch": batch}}, "Next": "Encode"}
    statements = [
        allow("batch:SubmitJob", [queue, aws.arn("batch", "job-definition/work")]),
        allow("batch:TagResource", aws.arn("batch", "job/*")),
        allow("batch:DescribeJobs", "*"),
        allow(["events:PutTargets", "events:PutRule", "events:DescribeRule"], aws.arn("events", f"rule/{RULE}")),
        allow("s3:GetObject", f"arn:aws:s3:::{plan.bucket}/batch/*"),
    ]
    definition = {"QueryLanguage": "JSONata", "StartAt": "Start", "States": {"Start": start, **made, **ENDS}}
    return state_machine(aws, definition, *statements)


def text(aws: World, bucket: str, key: str) -> str:
    return aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()


def marker(aws: World, plan: BatchPlan, name: str) -> dict[str, Any]:
    return json.loads(text(aws, plan.bucket, f"{plan.prefix}{name}/done.json"))


@dataclass(frozen=True)
class Flow:
    """One whole encode, whose first chunk's worker was killed while its ffmpeg ran."""

    aws: World
    plan: BatchPlan
    killed: str
    """The job."""
    orphans: list[int]
    """Processes that the worker had started."""


@pytest.fixture(scope="session")
def flow(provider: Provider, master: Path) -> Flow:
    aws = provider.aws
    place = S3Object(bucket=aws.name("media"), key="masters/film.en.vtt")
    captions = (Caption(track=CaptionTrack(kind="webvtt", language="en"), source=place),)
    plan = planned(aws, master, protection=Protection(), speke_url=provider.urls[HOME], captions=captions)
    aws("s3").put_object(Bucket=place.bucket, Key=place.key, Body=b"WEBVTT\n\n00:00.000 --> 00:02.500\nHello\n")
    # The provider takes roles of its own stack alone.
    prepare(aws, *rights(plan), allow("execute-api:Invoke", provider.arns[HOME]), worker="marquee-keys-worker")
    machine = aws("stepfunctions").start_execution(stateMachineArn=workflow(aws, plan), name="run")["executionArn"]
    group = aws.emulator.process_group

    def encoding() -> tuple[str, int, list[int]] | None:
        found = aws("batch").list_jobs(jobQueue="jobs", jobStatus="RUNNING")["jobSummaryList"]
        mine = next((each["jobId"] for each in found if each["jobName"] == f"film-{VERSION}-0"), "")
        pid = worker(group, mine) if mine else 0
        return (mine, pid, started) if pid and (started := children(pid)) else None

    killed, pid, orphans = wait_for(encoding) or ("", 0, [])
    os.kill(pid, signal.SIGKILL)
    states_ = aws("stepfunctions")
    status = wait_for(lambda: (now := states_.describe_execution(executionArn=machine)["status"]) != "RUNNING" and now, 120)
    assert status == "SUCCEEDED", logged(aws)
    return Flow(aws, plan, killed, orphans)


def test_a_worker_killed_in_the_middle_of_an_encode_resumes_and_repeats_its_chunk_alone(flow: Flow) -> None:
    aws, plan = flow.aws, flow.plan
    assert not any(Path(f"/proc/{orphan}").exists() for orphan in flow.orphans), "ffmpeg outlived its container"
    first = job(aws, flow.killed)
    assert [each["statusReason"] for each in first["attempts"]] == [
        "Host EC2 (simulated interruption) terminated.",
        "Essential container in task exited",
    ]
    again = marker(aws, plan, "chunk-00000")
    assert (again["job"], again["attempt"]) == (flow.killed, 2)
    names = ("chunk-00001", "aac-und-128k", "aac-und-64k", "trick-270p", "thumbnails")
    assert {marker(aws, plan, name)["attempt"] for name in names} == {1}
    done = aws("batch").list_jobs(jobQueue="jobs", jobStatus="SUCCEEDED")["jobSummaryList"]
    assert sorted(each["jobName"] for each in done) == [f"film-{VERSION}-{end}" for end in ("0", "1", "2", "assemble")]
    assert sum(len(job(aws, each["jobId"])["attempts"]) for each in done) == len(done) + 1
    assert first["tags"]["marquee:title"] == "film"
    ours = [call for call in aws.calls() if call.role in {"marquee-keys-worker", "agent", "machine"}]
    assert {call.role for call in ours} == {"marquee-keys-worker", "agent", "machine"}
    assert not refused(ours)


def logged(aws: World) -> list[str]:
    """What all containers wrote."""
    logs = aws("logs")
    streams = [each["logStreamName"] for each in logs.describe_log_streams(logGroupName=LOGS)["logStreams"]]
    found = [logs.get_log_events(logGroupName=LOGS, logStreamName=stream)["events"] for stream in streams]
    return [event["message"] for events in found for event in events]


def children(pid: int) -> list[int]:
    try:
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def test_a_master_at_fault_is_a_result_and_no_failure(aws: World, tmp_path: Path) -> None:
    bad = tmp_path / "list.mp4"
    bad.write_text("ffconcat version 1.0\nfile '/etc/hostname'\n")
    plan = planned(aws, bad, duration=Fraction(1))
    prepare(aws, *rights(plan))
    run = aws.run(workflow(aws, plan))
    assert (run["status"], run["error"]) == ("FAILED", "Unencodable")
    assert "it is no MP4" in run["cause"]
    failed = aws("batch").list_jobs(jobQueue="jobs", jobStatus="FAILED")["jobSummaryList"]
    assert failed == [], "a retry could not have helped"


def test_a_job_that_may_not_read_the_master_fails_and_blames_nobody(aws: World, master: Path) -> None:
    plan = planned(aws, master)
    prepare(aws, *rights(plan)[1:], allow("s3:GetObject", f"arn:aws:s3:::{plan.bucket}/batch/*"))
    submit = aws("batch").submit_job
    overrides = {"command": ["python", "-m", "runtime.encode", "chunk", plan.uri, "0"]}
    job_id = submit(jobName="job", jobQueue="jobs", jobDefinition="work", containerOverrides=overrides)["jobId"]
    done = ended(aws, job_id)
    assert (done["status"], done["container"]["exitCode"]) == ("FAILED", 1)
    listed = aws("s3").list_objects_v2(Bucket=plan.bucket, Prefix="batch/")["Contents"]
    assert [each["Key"] for each in listed] == [plan.key], "no fault and no marker"


def test_the_package_is_what_the_verifier_expects(flow: Flow) -> None:
    problems, playback = check(flow.plan.job, InMemory.below(flow.aws, flow.plan.job))
    assert problems == []
    assert playback is not None
    assert (playback["scheme"], set(playback["keys"])) == ("cbcs", {"AUDIO", "SD"})


def test_a_package_is_encrypted_with_the_providers_keys_and_holds_what_was_encoded(flow: Flow, provider: Provider, tmp_path: Path) -> None:
    aws, plan = flow.aws, flow.plan
    files = InMemory.below(aws, plan.job)
    result = json.loads(text(aws, plan.bucket, f"{plan.prefix}result.json"))
    assert (result["encoded"], result["encrypted"]) == (True, ["AUDIO", "SD"])
    assert b"EXT-X-KEY:METHOD=SAMPLE-AES" in files.read("avc-234p-300k.m3u8")
    assert str(key_ids(Content("film", VERSION))["SD"]).encode() in files.read("index.mpd")
    stream, chunk = tmp_path / "stream.mp4", tmp_path / "chunk.mp4"
    parts = [files.read(f"avc-234p-300k/{name}") for name in ("init.mp4", "00001.m4s", "00002.m4s")]
    stream.write_bytes(b"".join(parts))
    assert sum(map(len, parts)) * 8 / 3 < 1.2 * 300_000, "bits in a second, of 300k at most and what CMAF adds"
    who = provider.role("marquee-keys-viewer", allow("execute-api:Invoke", provider.arns[HOME]))
    key = provider.keys(Content("film", VERSION), who)["SD"]
    aws("s3").download_file(plan.bucket, f"{plan.prefix}chunk-00000/avc-234p-300k.mp4", str(chunk))
    played, encoded = pictures(stream, "-decryption_key", key.key), pictures(chunk)
    assert (len(played), len(encoded)) == (75, 50)
    assert played[:50] == encoded, "the same pictures, bit for bit"
    assert not decodes(stream)
    assert not decodes(stream, "-decryption_key", "0" * 32)


@dataclass(frozen=True)
class InMemory:
    """A version's files, as the verifier reads them."""

    content: dict[str, bytes]

    @classmethod
    def below(cls, aws: World, job: EncodeJob) -> "InMemory":
        listed = aws("s3").list_objects_v2(Bucket=job.bucket, Prefix=job.prefix)["Contents"]
        names = [each["Key"] for each in listed]
        return cls({name.removeprefix(job.prefix): aws("s3").get_object(Bucket=job.bucket, Key=name)["Body"].read() for name in names})

    @property
    def sizes(self) -> dict[str, int]:
        return {name: len(content) for name, content in self.content.items()}

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        return self.content[name][first : None if length is None else first + length]


def pictures(path: Path, *options: str) -> list[str]:
    """A digest of each decoded picture."""
    command = [media_files.program(), "-v", "error", *options, "-i", str(path), "-map", "0:v", "-f", "framemd5", "-"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [line.rpartition(",")[2].strip() for line in lines if not line.startswith("#")]


def decodes(path: Path, *options: str) -> bool:
    command = [media_files.program(), "-v", "error", "-xerror", *options, "-i", str(path), "-f", "null", "-"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0
