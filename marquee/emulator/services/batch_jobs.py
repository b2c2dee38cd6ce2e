"""One AWS Batch job from submission to its end: attempts as the retry strategy allows, each a process with the job role's permissions."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, NamedTuple

from marquee.emulator.media import container
from marquee.emulator.media.pool import Pool
from marquee.emulator.services.service_roles import MissingRoleError, ServiceSession, UntrustedError, take_on
from marquee.emulator.upstream import module

_PYTHON: Final = ["python", "-m"]
_KILLED: Final = 128 + 9
_GRACE: Final = 2  # seconds from SIGTERM to SIGKILL; ECS waits 30
_POLL: Final = 0.05  # seconds
_ENDED: Final = "Essential container in task exited"
_CLIENT_ERROR: Any = module("botocore.exceptions").ClientError


@dataclass(kw_only=True)
class Job:
    """A job and how far it is."""

    id: str
    account: str
    region: str
    name: str
    queue: str
    """ARN."""
    definition: Mapping[str, Any]
    """As DescribeJobDefinitions shows it."""
    container: dict[str, Any]
    """The definition's container with what SubmitJob put in its place."""
    retry: Mapping[str, Any]
    timeout: int | None
    """Seconds that an attempt may take."""
    parameters: Mapping[str, str]
    tags: dict[str, str]
    created: int
    """Milliseconds since 1970, as all times here."""
    status: str = "SUBMITTED"
    reason: str = ""
    started: int | None = None
    stopped: int | None = None
    attempts: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    stop_reason: str | None = None
    """Set when somebody terminates it."""
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return f"arn:aws:batch:{self.region}:{self.account}:job/{self.id}"

    def shown(self) -> dict[str, Any]:
        """As DescribeJobs shows it."""
        last: dict[str, Any] = self.attempts[-1]["container"] if self.attempts else {}
        return {
            "jobArn": self.arn,
            "jobName": self.name,
            "jobId": self.id,
            "jobQueue": self.queue,
            "status": self.status,
            "statusReason": self.reason,
            "attempts": list(self.attempts),
            "createdAt": self.created,
            "startedAt": self.started,
            "stoppedAt": self.stopped,
            "retryStrategy": dict(self.retry),
            "dependsOn": [],
            "jobDefinition": self.definition["jobDefinitionArn"],
            "parameters": dict(self.parameters),
            "container": {**self.container, **last},
            "tags": dict(self.tags),
            "platformCapabilities": self.definition.get("platformCapabilities", ["EC2"]),
            **({"timeout": {"attemptDurationSeconds": self.timeout}} if self.timeout else {}),
        }


class Outcome(NamedTuple):
    """How an attempt ended."""

    exit_code: int | None
    """None if no container ran."""
    reason: str
    """The container's own."""
    status_reason: str
    final: bool = False
    """Whether the retry strategy is not asked: it was terminated, or took too long."""


@dataclass(frozen=True)
class Runner:
    """Runs jobs on this machine, as many at a time as the pool has room for."""

    pool: Pool
    folder: Path
    """Each attempt gets a folder of its own below it, as scratch space, and leaves nothing."""

    def run(self, job: Job) -> None:
        """Do the job; it ends as SUCCEEDED or FAILED. Every change of its state is an event."""
        _scope(job)
        move(job, "RUNNABLE")
        most, done = int(job.retry.get("attempts", 1)), False
        for number in range(1, most + 1):
            outcome = self.pool.submit(lambda number=number: self._attempt(job, number)).result()
            job.reason = outcome.status_reason
            done = outcome.exit_code == 0
            if done or number == most or outcome.final or not worth_another(job.retry, outcome):
                break
            move(job, "RUNNABLE")
        job.stopped = _now()
        move(job, "SUCCEEDED" if done else "FAILED")
        job.ended.set()

    def _attempt(self, job: Job, number: int) -> Outcome:
        _scope(job)
        if job.stop_reason is not None:
            return Outcome(None, "", job.stop_reason, final=True)
        move(job, "STARTING")
        started = _now()
        job.started = job.started or started
        self.folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as place:
            outcome = self._container(job, number, Path(place))
        ending: dict[str, Any] = {"logStreamName": _stream(job, number)} if outcome.exit_code is not None else {}
        ending |= {name: value for name, value in (("exitCode", outcome.exit_code), ("reason", outcome.reason)) if value not in (None, "")}
        job.attempts.append({"container": ending, "startedAt": started, "stoppedAt": _now(), "statusReason": outcome.status_reason})
        return outcome

    def _container(self, job: Job, number: int, place: Path) -> Outcome:
        command: list[str] = [_filled(word, job.parameters) for word in job.container.get("command", [])]
        if command[:2] != _PYTHON:
            reason = "CannotStartContainerError: the emulator runs `python -m MODULE …` of this project and no other program"
            return Outcome(None, reason, f"Task failed to start ({reason})")
        try:
            worker, agent = (_session(job, job.container.get(name)) for name in ("jobRoleArn", "executionRoleArn"))
        except (MissingRoleError, UntrustedError) as error:
            return Outcome(None, "", f"ECS was unable to assume the role '{error}' that was provided for this task", final=True)
        log = place / "output"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, container.__file__, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=place,
                env=_environment(job, number, worker, place),
            )
        move(job, "RUNNING")
        outcome = _wait(job, process)
        _write_logs(job, number, agent, log)
        return outcome


def worth_another(retry: Mapping[str, Any], outcome: Outcome) -> bool:
    """Whether the first rule that an ending meets says so; without rules, or if none fits, yes.

    Source: AWS Batch API Reference, EvaluateOnExit: a pattern may end with an asterisk, and case does not count.
    """
    ending = {
        "onStatusReason": outcome.status_reason,
        "onReason": outcome.reason,
        "onExitCode": "" if outcome.exit_code is None else str(outcome.exit_code),
    }
    for rule in retry.get("evaluateOnExit", []):
        wanted = {name: str(rule[name]).lower() for name in ending if rule.get(name)}
        if all(fnmatchcase(ending[name].lower(), pattern) for name, pattern in wanted.items()):
            return str(rule["action"]).upper() == "RETRY"
    return True


def move(job: Job, status: str) -> None:
    """Put the job into a state, and tell: an event on its account's default bus.

    Source: AWS Batch User Guide, "Batch job state change events".
    """
    job.status = status
    entry = {
        "Source": "aws.batch",
        "DetailType": "Batch Job State Change",
        "Detail": json.dumps(job.shown()),
        "Resources": [job.arn],
    }
    module("ministack.services.eventbridge")._put_events({"Entries": [entry]}, allow_aws_source=True)  # noqa: SLF001 MiniStack has no public way in


def _wait(job: Job, process: subprocess.Popen[bytes]) -> Outcome:
    deadline = time.monotonic() + job.timeout if job.timeout else None
    while process.poll() is None:
        late = deadline is not None and time.monotonic() > deadline
        if late or job.stop_reason is not None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            reason = job.stop_reason if job.stop_reason is not None else "Job attempt duration exceeded timeout"
            return Outcome(process.returncode, "", reason, final=True)
        time.sleep(_POLL)
    code = process.returncode if process.returncode >= 0 else 128 - process.returncode
    if code == _KILLED:  # nobody here did it, and nothing else on this machine stands for a Spot interruption
        return Outcome(code, "", "Host EC2 (simulated interruption) terminated.")
    return Outcome(code, "", _ENDED)


def _environment(job: Job, number: int, worker: ServiceSession | None, place: Path) -> dict[str, str]:
    """What the container has: its definition's variables, Batch's own, and credentials where the ECS agent would serve them.

    A path on a mounted volume becomes one in the attempt's folder.
    """
    mounts = {point["containerPath"] for point in job.container.get("mountPoints", [])}
    own = {pair["name"]: str(place) if pair["value"] in mounts else pair["value"] for pair in job.container.get("environment", [])}
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "AWS_CA_BUNDLE") if name in os.environ}
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    credentials = worker.credentials if worker else {}
    names = {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY", "session_token": "AWS_SESSION_TOKEN"}
    return {
        "TMPDIR": str(place),
        "HOME": str(place),
        **own,
        **kept,
        "AWS_DEFAULT_REGION": job.region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ENDPOINT_URL_EXECUTE_API": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_BATCH_JOB_ID": job.id,
        "AWS_BATCH_JOB_ATTEMPT": str(number),
        "AWS_BATCH_JQ_NAME": job.queue.rpartition("/")[2],
        **{names[name]: value for name, value in credentials.items()},
    }


def _session(job: Job, role: str | None) -> ServiceSession | None:
    if not role:
        return None
    task = f"arn:aws:ecs:{job.region}:{job.account}:task/AWSBatch/{job.id}"
    return take_on(role, service="ecs-tasks.amazonaws.com", source_arn=task, region=job.region, session=job.id)


def _write_logs(job: Job, number: int, agent: ServiceSession | None, log: Path) -> None:
    """What the container wrote, as the agent's log driver sends it, with the execution role. Refused logs end no job."""
    options: Mapping[str, str] = job.container.get("logConfiguration", {}).get("options", {})
    lines = [line for line in log.read_text(errors="replace").splitlines() if line]
    if agent is None or "awslogs-group" not in options or not lines:
        return
    place = {"logGroupName": options["awslogs-group"], "logStreamName": _stream(job, number)}
    logs, now = agent.client("logs"), _now()
    try:
        logs.create_log_stream(**place)
        logs.put_log_events(**place, logEvents=[{"timestamp": now, "message": line} for line in lines])
    except _CLIENT_ERROR:
        return


def _stream(job: Job, number: int) -> str:
    prefix = job.container.get("logConfiguration", {}).get("options", {}).get("awslogs-stream-prefix", job.name)
    return f"{prefix}/default/{job.id}-{number}"


def _filled(word: str, parameters: Mapping[str, str]) -> str:
    """`Ref::name` stands for a parameter."""
    return parameters.get(word.removeprefix("Ref::"), word) if word.startswith("Ref::") else word


def _scope(job: Job) -> None:
    responses = module("ministack.core.responses")
    responses.set_request_account_id(job.account)
    responses.set_request_region(job.region)


def _now() -> int:
    return int(time.time() * 1000)
