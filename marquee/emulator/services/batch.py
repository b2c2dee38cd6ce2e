"""AWS Batch: environments, queues and definitions are kept, and jobs really run, as processes of this machine."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from marquee.emulator.media.pool import Pool
from marquee.emulator.services.batch_jobs import Job, Runner, move
from marquee.emulator.services.batch_places import Places, refused
from marquee.emulator.services.own import ApiCall, ApiError

Answer = Mapping[str, Any]

_CARRIED: Final = frozenset({
    "containerOverrides", "jobDefinition", "jobName", "jobQueue", "parameters", "propagateTags", "retryStrategy", "tags", "timeout",
})  # fmt: skip
_OVERRIDDEN: Final = ("command", "environment", "resourceRequirements")
_WAITING: Final = frozenset({"SUBMITTED", "PENDING", "RUNNABLE"})
_OVER: Final = frozenset({"SUCCEEDED", "FAILED"})


class Batch:
    """The service. Accounts and regions have places and jobs of their own."""

    def __init__(self, pool: Pool, folder: Path):
        self._runner = Runner(pool, folder)
        self._places = Places()
        self._jobs: dict[str, Job] = {}
        self._operations: dict[str, Callable[[ApiCall], Answer]] = {
            **self._places.operations(),
            "SubmitJob": lambda call: _submitted(self.submit(call)),
            "DescribeJobs": lambda call: {"jobs": [job.shown() for job in self._here(call) if job.id in call.parameters["jobs"]]},
            "ListJobs": self._list,
            "TerminateJob": self._terminate,
            "CancelJob": self._cancel,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": lambda call: {"tags": dict(self._tags(call))},
        }

    def answer(self, call: ApiCall) -> Answer:
        """One call of the API. Raises ApiError."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise ApiError(501, "NotImplemented", f"the emulated Batch has no {call.operation}")
        return operation(call)

    def submit(self, call: ApiCall) -> Job:
        """Start a job. ApiError 400 for what Batch refuses, or what the emulator does not carry out."""
        given, place = call.parameters, self._places.at(call)
        unknown = sorted(name for name, value in given.items() if name not in _CARRIED and value is not None)
        if unknown:
            raise refused(f"{', '.join(unknown)}: the emulator does not carry this out")
        queue, definition = place.queue(given["jobQueue"]), place.definition(given["jobDefinition"])
        if queue["state"] != "ENABLED":
            raise refused(f"Job Queue {queue['jobQueueArn']} is disabled and cannot accept jobs")
        timeout: Mapping[str, int] = given.get("timeout") or definition.get("timeout") or {}
        job = Job(
            id=str(uuid.uuid4()),
            account=call.account,
            region=call.region,
            name=str(given["jobName"]),
            queue=queue["jobQueueArn"],
            definition=definition,
            container=_overridden(definition["containerProperties"], given.get("containerOverrides") or {}),
            retry=given.get("retryStrategy") or definition.get("retryStrategy") or {"attempts": 1},
            timeout=timeout.get("attemptDurationSeconds"),
            parameters={**(definition.get("parameters") or {}), **(given.get("parameters") or {})},
            tags={
                **(definition["tags"] if given.get("propagateTags", definition.get("propagateTags")) else {}),
                **(given.get("tags") or {}),
            },
            created=int(time.time() * 1000),
        )
        self._jobs[job.id] = job
        move(job, "SUBMITTED")
        threading.Thread(target=self._runner.run, args=(job,), name=f"batch-{job.id}", daemon=True).start()
        return job

    def progress(self) -> list[dict[str, Any]]:
        """An entry for each title version, newest last: its jobs are done or not, since a program says no more."""
        groups: dict[tuple[str, str, str], list[Job]] = {}
        for job in list(self._jobs.values()):
            title, version = (job.tags.get(f"marquee:{name}", "") for name in ("title", "title-version"))
            groups.setdefault((job.account, title or job.id, version), []).append(job)
        return [_progress(*key, jobs) for key, jobs in groups.items()]

    def _here(self, call: ApiCall) -> list[Job]:
        return [job for job in list(self._jobs.values()) if (job.account, job.region) == (call.account, call.region)]

    def _list(self, call: ApiCall) -> Answer:
        wanted, queue = call.parameters.get("jobStatus", "RUNNING"), call.parameters.get("jobQueue")
        if queue is None:
            raise refused("jobQueue, arrayJobId or multiNodeJobId is required, and the emulator has neither arrays nor nodes")
        arn = self._places.at(call).queue(queue)["jobQueueArn"]
        shown = [job.shown() for job in self._here(call) if job.queue == arn and job.status == wanted]
        kept = ("jobArn", "jobId", "jobName", "createdAt", "status", "statusReason", "startedAt", "stoppedAt", "jobDefinition")
        return {"jobSummaryList": [{name: one[name] for name in kept} for one in shown]}

    def _terminate(self, call: ApiCall) -> Answer:
        for job in self._here(call):
            if job.id == call.parameters["jobId"] and job.status not in _OVER:
                job.stop_reason = str(call.parameters["reason"])
        return {}

    def _cancel(self, call: ApiCall) -> Answer:
        """A job that has started is left alone. Source: AWS Batch API Reference, CancelJob."""
        for job in self._here(call):
            if job.id == call.parameters["jobId"] and job.status in _WAITING:
                job.stop_reason = str(call.parameters["reason"])
        return {}

    def _tags(self, call: ApiCall) -> dict[str, str]:
        arn = str(call.parameters["resourceArn"])
        job = next((job for job in self._here(call) if job.arn == arn), None)
        return job.tags if job else self._places.at(call).tagged(arn)

    def _tag(self, call: ApiCall) -> Answer:
        self._tags(call).update(call.parameters["tags"])
        return {}

    def _untag(self, call: ApiCall) -> Answer:
        tags, names = self._tags(call), list[str](call.parameters["tagKeys"])
        for name in names:
            tags.pop(name, None)
        return {}


def _progress(account: str, title: str, version: str, jobs: list[Job]) -> dict[str, Any]:
    done = {job.name.removeprefix(f"{title}-{version}-"): 100.0 * (job.status == "SUCCEEDED") for job in jobs}
    return {
        "service": "batch",
        "account": account,
        "id": jobs[-1].id,
        "status": jobs[-1].status,
        "phase": jobs[-1].status,
        "userMetadata": {"title": title, "version": version},
        "percent": int(sum(done.values()) / len(done)),
        "outputs": [{"output": name, "percent": percent} for name, percent in done.items()],
    }


def _submitted(job: Job) -> Answer:
    return {"jobArn": job.arn, "jobName": job.name, "jobId": job.id}


def _overridden(container: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """SubmitJob may replace the command, and single variables and requirements."""
    unknown = sorted(set(overrides) - set(_OVERRIDDEN))
    if unknown:
        raise refused(f"containerOverrides: the emulator does not carry out {', '.join(unknown)}")
    made = dict(container)
    if overrides.get("command"):
        made["command"] = list(overrides["command"])
    for name, key in (("environment", "name"), ("resourceRequirements", "type")):
        merged = {item[key]: item for item in [*container.get(name, []), *overrides.get(name, [])]}
        made[name] = list(merged.values())
    return made
