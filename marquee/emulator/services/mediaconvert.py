"""AWS Elemental MediaConvert: queues, and jobs that are really encoded on this machine."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from marquee.emulator.media.pool import Pool
from marquee.emulator.media.reader import RefusedError
from marquee.emulator.media.settings import read
from marquee.emulator.services.mediaconvert_jobs import Job, Runner, output_details
from marquee.emulator.services.mediaconvert_queues import Queues
from marquee.emulator.services.own import ApiCall, ApiError

_TOKEN_SECONDS: Final = 60  # API reference, ClientRequestToken: within one minute the original job is answered
_CARRIED: Final = frozenset(
    {"BillingTagsSource", "ClientRequestToken", "Queue", "Role", "Settings", "StatusUpdateInterval", "Tags", "UserMetadata"}
)

Answer = Mapping[str, Any]


class MediaConvert:
    """The service. Accounts and regions have jobs and queues of their own."""

    def __init__(self, pool: Pool, folder: Path):
        self._runner = Runner(pool, folder)
        self._queues = Queues()
        self._jobs: dict[str, Job] = {}
        self._tokens: dict[tuple[str, str, str], tuple[float, str]] = {}
        self._lock = threading.Lock()
        self._operations: dict[str, Callable[[ApiCall], Answer]] = {
            "CreateJob": lambda call: {"Job": described(self.submit(call))},
            "GetJob": lambda call: {"Job": described(self._job(call))},
            "ListJobs": self._list_jobs,
            "CancelJob": self._cancel_job,
            "DescribeEndpoints": lambda _: {"Endpoints": []},
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": lambda call: {"ResourceTags": {"Arn": call.parameters["Arn"], "Tags": dict(self._tags(call))}},
            **self._queues.operations(self._counts),
        }

    def answer(self, call: ApiCall) -> Answer:
        """One call of the API. Raises ApiError."""
        operation = self._operations.get(call.operation)
        if operation is None:
            raise ApiError(501, "NotImplemented", f"the emulated MediaConvert has no {call.operation}")
        return operation(call)

    def submit(self, call: ApiCall) -> Job:
        """Start a job, or find the one that the same token started within the last minute. ApiError 400 for settings that are refused."""
        given = call.parameters
        token = (call.account, call.region, str(given.get("ClientRequestToken") or secrets.token_hex()))
        unknown = sorted(name for name, value in given.items() if name not in _CARRIED and value is not None)
        if unknown:
            raise ApiError(400, "BadRequestException", f"{', '.join(unknown)}: the emulator does not carry this out")
        with self._lock:
            started, job_id = self._tokens.get(token, (0.0, ""))
            if time.monotonic() - started < _TOKEN_SECONDS and job_id:
                return self._jobs[job_id]
            job = self._new(call)
            self._jobs[job.id], self._tokens[token] = job, (time.monotonic(), job.id)
        threading.Thread(target=self._runner.run, args=(job,), name=f"mediaconvert-{job.id}", daemon=True).start()
        return job

    def progress(self) -> list[dict[str, Any]]:
        """Every job with how much of each output is encoded, newest last, for who shows it."""
        return [
            {
                "service": "mediaconvert",
                "account": job.account,
                "id": job.id,
                "status": job.status,
                "phase": job.phase,
                "userMetadata": dict(job.request.get("UserMetadata") or {}),
                "percent": job.percent_complete,
                "outputs": [{"output": name, "percent": round(percent, 1)} for name, percent in list(job.percent.items())],
            }
            for job in list(self._jobs.values())
        ]

    def _new(self, call: ApiCall) -> Job:
        given = call.parameters
        if not given.get("Role") or not given.get("Settings"):
            raise ApiError(400, "BadRequestException", "Role and Settings: are required here")
        try:
            group = read(given["Settings"])
        except RefusedError as error:
            raise ApiError(400, "BadRequestException", str(error)) from error
        return Job(
            id=f"{int(time.time() * 1000)}-{secrets.token_hex(3)}",
            account=call.account,
            region=call.region,
            request=given,
            queue=self._queues.arn_of(call, str(given.get("Queue") or "Default")),
            group=group,
            tags=dict(given.get("Tags") or {}),
            submitted=datetime.now(UTC),
        )

    def _job(self, call: ApiCall) -> Job:
        job = self._jobs.get(call.parameters["Id"])
        if job is None or (job.account, job.region) != (call.account, call.region):
            raise ApiError(404, "NotFoundException", f"There is no job {call.parameters['Id']}")
        return job

    def _mine(self, call: ApiCall) -> list[Job]:
        return [job for job in list(self._jobs.values()) if (job.account, job.region) == (call.account, call.region)]

    def _list_jobs(self, call: ApiCall) -> Answer:
        given, jobs = call.parameters, self._mine(call)
        queue = self._queues.arn_of(call, str(given["Queue"])) if given.get("Queue") else None
        found = [job for job in jobs if given.get("Status") in {None, job.status} and queue in {None, job.queue}]
        ordered = found if given.get("Order") == "ASCENDING" else found[::-1]
        return {"Jobs": [described(job) for job in ordered[: int(given.get("MaxResults") or 20)]]}

    def _cancel_job(self, call: ApiCall) -> Answer:
        job = self._job(call)
        if job.status not in {"SUBMITTED", "PROGRESSING"}:
            raise ApiError(409, "ConflictException", f"The job {job.id} has ended as {job.status}")
        job.cancelled.set()
        return {}

    def _counts(self, queue: str) -> tuple[int, int]:
        states = [job.status for job in list(self._jobs.values()) if job.queue == queue]
        return states.count("SUBMITTED"), states.count("PROGRESSING")

    def _tags(self, call: ApiCall) -> dict[str, str]:
        arn = str(call.parameters["Arn"])
        kind, _, name = arn.rsplit(":", maxsplit=1)[-1].partition("/")
        if kind == "queues":
            return self._queues.tags(call, name)
        if kind == "jobs" and name in self._jobs:
            return self._jobs[name].tags
        raise ApiError(404, "NotFoundException", f"There is no {arn}")

    def _tag(self, call: ApiCall) -> Answer:
        self._tags(call).update(call.parameters["Tags"])
        return {}

    def _untag(self, call: ApiCall) -> Answer:
        tags = self._tags(call)
        names: list[str] = call.parameters.get("TagKeys") or []
        for name in names:
            tags.pop(name, None)
        return {}


def described(job: Job) -> dict[str, Any]:
    """A job as `GetJob` shows it."""
    error = {"ErrorCode": int(job.error.code), "ErrorMessage": str(job.error)} if job.error else {}
    kept = ("BillingTagsSource", "ClientRequestToken", "Role", "Settings", "StatusUpdateInterval", "UserMetadata")
    return {
        **{name: job.request[name] for name in kept if job.request.get(name) is not None},
        **error,
        "Arn": job.arn,
        "Id": job.id,
        "Queue": job.queue,
        "Status": job.status,
        "CurrentPhase": job.phase,
        "CreatedAt": job.submitted,
        "JobPercentComplete": job.percent_complete,
        "OutputGroupDetails": output_details(job),
        "Timing": {"SubmitTime": job.submitted, "StartTime": job.started, "FinishTime": job.finished},
    }
