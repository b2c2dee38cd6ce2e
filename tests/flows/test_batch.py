"""The emulated AWS Batch runs a job's own command, as its role, and ends it as the retry strategy says."""

import json
import os
import signal
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from marquee.emulator.recorder import refused
from marquee.emulator.services.own import PROGRESS_PATH
from tests.flows.batch_pieces import LOGS, ended, job, prepare, running, submit
from tests.flows.pieces import open_queue, rule
from tests.flows.world import World, allow, wait_for

SERVER = ("http.server", "0", "--bind", "127.0.0.1")


def worker(group: int, job_id: str) -> int:
    """The process id of the program inside the job's container."""

    def find() -> int:
        for place in Path("/proc").iterdir():
            if place.name.isdigit() and _reads(place / "environ", f"AWS_BATCH_JOB_ID={job_id}") and _reads(place / "cmdline", "\0--\0"):
                assert os.getpgid(int(place.name)) == group, "it would outlive the emulator"
                return int(place.name)
        return 0

    return wait_for(find)


def _reads(path: Path, wanted: str) -> bool:
    try:
        return wanted.encode() in path.read_bytes()
    except OSError:  # it ended, or is not ours
        return False


@pytest.mark.slow
def test_a_job_runs_its_command_and_tells_of_every_state(aws: World) -> None:
    prepare(aws)
    url, arn = open_queue(aws)
    rule(aws, "jobs", {"source": ["aws.batch"], "detail-type": ["Batch Job State Change"]}, {"Arn": arn})
    job_id = submit(aws, tags={"title": "film"})
    done = ended(aws, job_id)
    assert (done["status"], done["container"]["exitCode"], len(done["attempts"])) == ("SUCCEEDED", 0, 1)
    assert done["tags"] == {"Owner": "team", "title": "film"}
    assert done["jobDefinition"] == aws.arn("batch", "job-definition/work:1")
    stream = done["attempts"][0]["container"]["logStreamName"]
    lines = wait_for(lambda: aws("logs").get_log_events(logGroupName=LOGS, logStreamName=stream)["events"])
    assert "Linux" in lines[0]["message"]
    told: list[str] = []
    while "SUCCEEDED" not in told:
        told += [event["detail"]["status"] for event in aws.messages(url)]
    assert sorted(told) == ["RUNNABLE", "RUNNING", "STARTING", "SUBMITTED", "SUCCEEDED"]
    shown = json.loads(aws.emulator.visit("GET", aws.emulator.endpoint + PROGRESS_PATH).body)
    [progress] = [each for each in shown if each["account"] == aws.account]
    assert (progress["service"], progress["percent"], progress["outputs"]) == ("batch", 100, [{"output": "job", "percent": 100.0}])
    [listed] = aws("batch").list_jobs(jobQueue="jobs", jobStatus="SUCCEEDED")["jobSummaryList"]
    assert listed["jobId"] == job_id
    assert not refused(aws.calls())
    assert {call.action for call in aws.calls() if call.role == "agent"} == {"logs:CreateLogStream", "logs:PutLogEvents"}


@pytest.mark.slow
def test_a_program_that_fails_is_not_tried_again(aws: World) -> None:
    prepare(aws)
    done = ended(aws, submit(aws, "json.tool", "/nonexistent/file"))
    assert (done["status"], done["container"]["exitCode"], len(done["attempts"])) == ("FAILED", 2, 1)
    assert done["statusReason"] == "Essential container in task exited"


@pytest.mark.slow
def test_a_killed_program_counts_as_interrupted_and_is_tried_again(aws: World) -> None:
    prepare(aws)
    job_id = submit(aws, *SERVER)
    group = aws.emulator.process_group
    first = worker(group, job_id)
    os.kill(first, signal.SIGKILL)
    second = wait_for(lambda: (pid := worker(group, job_id)) != first and pid)
    [attempt] = job(aws, job_id)["attempts"]
    assert attempt["statusReason"] == "Host EC2 (simulated interruption) terminated."
    assert attempt["container"]["exitCode"] == 137
    aws("batch").terminate_job(jobId=job_id, reason="enough")
    done = ended(aws, job_id)
    assert (done["status"], done["statusReason"], len(done["attempts"])) == ("FAILED", "enough", 2)
    assert not Path(f"/proc/{second}").exists()


@pytest.mark.slow
def test_an_attempt_that_takes_too_long_is_the_last(aws: World) -> None:
    prepare(aws, timeout={"attemptDurationSeconds": 60})
    done = ended(aws, submit(aws, *SERVER, timeout={"attemptDurationSeconds": 1}))
    assert (done["status"], done["statusReason"], len(done["attempts"])) == ("FAILED", "Job attempt duration exceeded timeout", 1)


def test_a_role_that_trusts_somebody_else_starts_nothing(aws: World) -> None:
    prepare(aws, trusted="lambda")
    done = ended(aws, submit(aws))
    assert done["status"] == "FAILED"
    assert "unable to assume the role" in done["statusReason"]
    assert "exitCode" not in done["container"]


def test_only_python_of_this_project_runs(aws: World) -> None:
    prepare(aws)
    overrides = {"command": ["sh", "-c", "echo hello"]}
    made = aws("batch").submit_job(jobName="j", jobQueue="jobs", jobDefinition="work", containerOverrides=overrides)
    done = ended(aws, made["jobId"])
    assert done["status"] == "FAILED"
    assert "CannotStartContainerError" in done["attempts"][0]["container"]["reason"]


@pytest.mark.slow
def test_submitting_is_a_right_on_queue_definition_and_tags(aws: World) -> None:
    prepare(aws)
    queue, definition, jobs = (aws.arn("batch", each) for each in ("job-queue/jobs", "job-definition/work", "job/*"))
    given = {"jobName": "job", "jobQueue": "jobs", "jobDefinition": "work"}
    half = aws.as_role("batch", allow("batch:SubmitJob", queue), name="half")
    with pytest.raises(ClientError, match="SubmitJob"):
        half.submit_job(**given)
    whole = aws.as_role("batch", allow("batch:SubmitJob", [queue, definition]), name="whole")
    assert ended(aws, whole.submit_job(**given)["jobId"])["status"] == "SUCCEEDED"
    with pytest.raises(ClientError, match="TagResource"):
        whole.submit_job(**given, tags={"a": "b"})
    assert jobs.endswith(":job/*")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"jobQueue": "other"}, "does not exist"),
        ({"jobDefinition": "work:7"}, "does not exist"),
        ({"arrayProperties": {"size": 5}}, "does not carry this out"),
    ],
)
def test_what_is_not_there_or_not_carried_out_is_refused(aws: World, change: dict[str, object], why: str) -> None:
    prepare(aws)
    given = {"jobName": "job", "jobQueue": "jobs", "jobDefinition": "work", **change}
    with pytest.raises(ClientError, match=why):
        aws("batch").submit_job(**given)


def test_environments_that_batch_would_refuse_are_refused(aws: World) -> None:
    good = {"type": "EC2", "instanceTypes": ["c7i"], "instanceRole": "r", "maxvCpus": 4, "subnets": ["s"], "securityGroupIds": ["g"]}
    create = aws("batch").create_compute_environment
    for change, why in (
        ({"allocationStrategy": "SPOT_CAPACITY_OPTIMIZED"}, "SPOT"),
        ({"minvCpus": 5}, "minvCpus"),
        ({"subnets": []}, "subnets"),
    ):
        with pytest.raises(ClientError, match=why):
            create(computeEnvironmentName="e", type="MANAGED", computeResources={**good, **change})


def test_a_job_that_waits_is_cancelled_and_one_that_runs_is_not(aws: World) -> None:
    prepare(aws)
    job_id = submit(aws, *SERVER)
    running(aws, job_id)
    aws("batch").cancel_job(jobId=job_id, reason="late")
    assert job(aws, job_id)["status"] == "RUNNING"
    aws("batch").terminate_job(jobId=job_id, reason="done")
    assert ended(aws, job_id)["statusReason"] == "done"
