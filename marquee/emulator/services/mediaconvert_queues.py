"""MediaConvert's queues. Every account and region has `Default`, which nobody made and nobody deletes."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from marquee.emulator.services.own import ApiCall, ApiError

Counts = Callable[[str], tuple[int, int]]
"""From a queue's ARN: jobs that wait, and jobs that run."""
Answer = Mapping[str, Any]


class Queues:
    """Queues by account and region."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def operations(self, counts: Counts) -> dict[str, Callable[[ApiCall], Answer]]:
        """Operation → what answers it."""

        def shown(queue: dict[str, Any]) -> dict[str, Any]:
            waiting, running = counts(queue["Arn"])
            return {**queue, "SubmittedJobsCount": waiting, "ProgressingJobsCount": running}

        return {
            "CreateQueue": lambda call: {"Queue": shown(self._create(call))},
            "GetQueue": lambda call: {"Queue": shown(self._get(call, call.parameters["Name"]))},
            "ListQueues": lambda call: {"Queues": [shown(queue) for queue in self._here(call).values()]},
            "UpdateQueue": lambda call: {"Queue": shown(self._update(call))},
            "DeleteQueue": lambda call: self._delete(call, counts),
        }

    def arn_of(self, call: ApiCall, queue: str) -> str:
        """ARN of a queue given by name or ARN. ApiError 404 if there is none."""
        return str(self._get(call, queue.rpartition("/")[2])["Arn"])

    def tags(self, call: ApiCall, name: str) -> dict[str, str]:
        """A queue's tags, to read and to change."""
        return self._tags.setdefault(str(self._get(call, name)["Arn"]), {})

    def _here(self, call: ApiCall) -> dict[str, dict[str, Any]]:
        place = (call.account, call.region)
        if place not in self._places:
            self._places[place] = {"Default": _queue(call, "Default", {}) | {"Type": "SYSTEM"}}
        return self._places[place]

    def _get(self, call: ApiCall, name: str) -> dict[str, Any]:
        queue = self._here(call).get(name)
        if queue is None:
            raise ApiError(404, "NotFoundException", f"There is no queue {name}")
        return queue

    def _create(self, call: ApiCall) -> dict[str, Any]:
        name = str(call.parameters["Name"])
        if name in self._here(call):
            raise ApiError(409, "ConflictException", f"A queue {name} exists")
        queue = self._here(call)[name] = _queue(call, name, call.parameters)
        self._tags[queue["Arn"]] = dict(call.parameters.get("Tags") or {})
        return queue

    def _update(self, call: ApiCall) -> dict[str, Any]:
        queue, given = self._get(call, call.parameters["Name"]), call.parameters
        queue |= {name: given[name] for name in ("Description", "Status", "ConcurrentJobs") if given.get(name) is not None}
        if given.get("ReservationPlanSettings"):
            queue["ReservationPlan"] = _reservation(given["ReservationPlanSettings"])
        return queue | {"LastUpdated": datetime.now(UTC)}

    def _delete(self, call: ApiCall, counts: Counts) -> Answer:
        queue = self._get(call, call.parameters["Name"])
        if queue["Type"] == "SYSTEM" or any(counts(queue["Arn"])):
            raise ApiError(409, "ConflictException", f"The queue {queue['Name']} is the system's, or has jobs")
        del self._here(call)[queue["Name"]]
        return {}


def _queue(call: ApiCall, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    plan, reserved = given.get("PricingPlan") or "ON_DEMAND", given.get("ReservationPlanSettings")
    if (plan == "RESERVED") != bool(reserved):
        raise ApiError(400, "BadRequestException", "ReservationPlanSettings: belongs to the pricing plan RESERVED, and to it alone")
    now = datetime.now(UTC)
    return {
        "Arn": f"arn:aws:mediaconvert:{call.region}:{call.account}:queues/{name}",
        "Name": name,
        "Description": given.get("Description"),
        "ConcurrentJobs": given.get("ConcurrentJobs"),
        "PricingPlan": plan,
        "ReservationPlan": _reservation(reserved) if reserved else None,
        "Status": given.get("Status") or "ACTIVE",
        "Type": "CUSTOM",
        "CreatedAt": now,
        "LastUpdated": now,
    }


def _reservation(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {**settings, "Status": "ACTIVE", "PurchasedAt": datetime.now(UTC)}
