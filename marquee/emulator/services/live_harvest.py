"""MediaPackage v2's harvest jobs: a window of a channel, written to S3 as real files by the service itself."""

import mimetypes
import os
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from marquee.emulator.clients import SECRET_KEY, Clients
from marquee.emulator.live.harvest import HarvestError, cut
from marquee.emulator.services.mediapackage import Answer, MediaPackage, OriginChannel
from marquee.emulator.services.own import ApiCall, ApiError
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_PRINCIPAL: Final = "mediapackagev2.amazonaws.com"
_PATIENCE: Final = 10.0
"""Seconds after its end that a window's last segment may take: jobs may ask for what has only just been on."""


@dataclass(kw_only=True)
class HarvestJob:
    """A job. It is kept for reference."""

    name: str
    arn: str
    given: dict[str, Any]
    made: datetime
    status: str = "QUEUED"
    error: str | None = None


class Harvests:
    """Answers the operations on harvest jobs."""

    def __init__(self, service: MediaPackage, service_calls: ServiceCalls):
        self._service, self._service_calls = service, service_calls
        self._jobs: dict[str, HarvestJob] = {}
        service.add("CreateHarvestJob", self._create)
        service.add("GetHarvestJob", lambda call: _shown(self._job(call)))

    def _create(self, call: ApiCall) -> Answer:
        channel, endpoint = self._service.channel(call), self._service.endpoint(call)
        name = str(call.parameters.get("HarvestJobName") or uuid.uuid4())
        arn = f"{endpoint.arn}/harvestJob/{name}"
        if arn in self._jobs:
            raise ApiError(409, "ConflictException", f"A harvest job {name} exists already")
        schedule: dict[str, Any] = call.parameters["ScheduleConfiguration"]
        start, end = (_moment(schedule[name]) for name in ("StartTime", "EndTime"))
        if not start < end or start > datetime.now(UTC) or (end - start).total_seconds() > 24 * 3600:
            raise ApiError(400, "ValidationException", "ScheduleConfiguration: it starts in the past, and lasts at most 24 hours")
        job = self._jobs[arn] = HarvestJob(name=name, arn=arn, given={**call.parameters, "HarvestJobName": name}, made=datetime.now(UTC))
        threading.Thread(target=self._run, args=(job, channel, start, end), name=f"harvest-{name}", daemon=True).start()
        return _shown(job)

    def _job(self, call: ApiCall) -> HarvestJob:
        arn = f"{self._service.endpoint(call).arn}/harvestJob/{call.parameters['HarvestJobName']}"
        if arn not in self._jobs:
            raise ApiError(404, "ResourceNotFoundException", f"There is no harvest job {call.parameters['HarvestJobName']}")
        return self._jobs[arn]

    def _run(self, job: HarvestJob, channel: OriginChannel, start: datetime, end: datetime) -> None:
        job.status = "IN_PROGRESS"
        try:
            files = _cut_when_recorded(channel, start, end)
            place: dict[str, str] = job.given["Destination"]["S3Destination"]
            self._write(channel, job.arn, place["BucketName"], place["DestinationPath"].strip("/"), files)
        except HarvestError as error:
            job.status, job.error = "FAILED", str(error)
        else:
            job.status = "COMPLETED"

    def _write(self, channel: OriginChannel, source: str, bucket: str, path: str, files: dict[str, bytes]) -> None:
        """The service writes as itself: the bucket's policy, and its key's, must let it. Manifests come last."""
        responses = module("ministack.core.responses")
        responses.set_request_account_id(channel.account)
        responses.set_request_region(channel.region)
        clients = Clients(endpoint=os.environ["AWS_ENDPOINT_URL"], ca_bundle=os.environ["AWS_CA_BUNDLE"])
        credentials = {"access_key": channel.account, "secret_key": SECRET_KEY}
        s3 = clients.client_as("s3", region=channel.region, credentials=credentials)
        resource = f"arn:aws:s3:::{bucket}/{path}/"
        call = ServiceCall(
            principal=_PRINCIPAL,
            action="s3:PutObject",
            resource=resource,
            source_arn=source,
            account=channel.account,
            region=channel.region,
        )
        if not self._service_calls.allowed(call):
            raise HarvestError(f"{_PRINCIPAL} may not write to {resource}")
        for name, content in sorted(files.items(), key=lambda item: item[0].startswith("index.")):
            kind = _TYPES.get(name.rpartition(".")[2]) or mimetypes.guess_type(name)[0] or "application/octet-stream"
            s3.put_object(Bucket=bucket, Key=f"{path}/{name}", Body=content, ContentType=kind)


_TYPES: Final = {"m3u8": "application/vnd.apple.mpegurl", "mpd": "application/dash+xml", "m4s": "video/iso.segment", "mp4": "video/mp4"}


def _cut_when_recorded(channel: OriginChannel, start: datetime, end: datetime) -> dict[str, bytes]:
    while True:
        try:
            return cut(channel.folder, start, end)
        except HarvestError:
            if (datetime.now(UTC) - end).total_seconds() > _PATIENCE:
                raise
            time.sleep(0.2)


def _moment(value: Any) -> datetime:
    """A time as REST-JSON has it, seconds since 1970, or as a state machine has it, text."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    try:
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError as error:
        raise ApiError(400, "ValidationException", f"{value} is no time") from error


def _shown(job: HarvestJob) -> Answer:
    return {
        **job.given,
        "Arn": job.arn,
        "Status": job.status,
        "ErrorMessage": job.error,
        "CreatedAt": job.made,
        "ModifiedAt": job.made,
    }
