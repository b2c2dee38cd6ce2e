"""How far the encode of a title version is, as far as one can know: each rendition's share locally, the job's from an account."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

import json
import ssl
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee.emulator.services.own import PROGRESS_PATH
from marquee.ingest import Target

_RECENT = 20  # jobs that MediaConvert lists at once
_PAUSE = 5.0  # seconds; MediaConvert takes few requests a second from all of an account


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Percents are 0 to 100."""

    phase: str
    """What is being done, for a person: `encoding`, `packaging`; or a job's status."""
    percent: float
    outputs: Mapping[str, float] = field(default_factory=dict[str, float])
    """Rendition or track → its own share; empty where the encoder tells no more than the whole."""


Ask = Callable[[str], Progress | None]
"""A title's id → how far its latest encode is; None as long as there is none, or nobody may know."""


def asker(target: Target) -> Ask:
    """Asks the emulator that the target is, or MediaConvert in its account."""
    return _emulator(target.environment) if target.environment else _mediaconvert(target)


def _emulator(environment: Mapping[str, str]) -> Ask:
    address = environment["AWS_ENDPOINT_URL"].rstrip("/") + PROGRESS_PATH
    trust = ssl.create_default_context(cafile=environment["AWS_CA_BUNDLE"])

    def ask(title_id: str) -> Progress | None:
        with urllib.request.urlopen(address, context=trust, timeout=10) as answer:  # noqa: S310 our own emulator's address
            jobs: list[dict[str, Any]] = json.load(answer)
        return _latest(jobs, title_id)

    return ask


def _latest(jobs: Sequence[Mapping[str, Any]], title_id: str) -> Progress | None:
    for job in reversed(jobs):
        if job["userMetadata"].get("title") == title_id:
            outputs = {str(output["output"]): float(output["percent"]) for output in job["outputs"]}
            return Progress(phase=str(job["phase"] or job["status"]).lower(), percent=float(job["percent"] or 0), outputs=outputs)
    return None


def _mediaconvert(target: Target) -> Ask:
    client = target.client("mediaconvert")

    last: list[tuple[float, Progress | None]] = []

    def ask(title_id: str) -> Progress | None:
        if not last or time.monotonic() - last[-1][0] > _PAUSE:
            last[:] = [(time.monotonic(), found(title_id))]
        return last[-1][1]

    def found(title_id: str) -> Progress | None:
        try:
            jobs = client.list_jobs(MaxResults=_RECENT, Order="DESCENDING")["Jobs"]
        except (BotoCoreError, ClientError):
            return None  # the encode goes on all the same
        for job in jobs:
            if job.get("UserMetadata", {}).get("title") == title_id:
                return Progress(
                    phase=str(job.get("CurrentPhase") or job["Status"]).lower(), percent=float(job.get("JobPercentComplete") or 0)
                )
        return None

    return ask
