"""AWS Batch's compute environments, job queues and job definitions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marquee.emulator.services.own import ApiCall, ApiError

Answer = Mapping[str, Any]
Record = dict[str, Any]

_SPOT_ALONE: Final = "SPOT_"


@dataclass
class Place:
    """What one account has in one region."""

    environments: dict[str, Record] = field(default_factory=dict[str, Record])
    queues: dict[str, Record] = field(default_factory=dict[str, Record])
    definitions: dict[str, list[Record]] = field(default_factory=dict[str, list[Record]])

    def queue(self, reference: str) -> Record:
        """A queue by name or ARN. ApiError 400 if there is none."""
        return _known(self.queues, reference, "jobQueue")

    def definition(self, reference: str) -> Record:
        """The revision named, or the newest active one. ApiError 400 if there is none."""
        name, _, revision = reference.rpartition("job-definition/")[2].partition(":")
        active = [one for one in self.definitions.get(name, []) if one["status"] == "ACTIVE"]
        found = [one for one in active if not revision or one["revision"] == int(revision)]
        if not found:
            raise refused(f"JobDefinition with name {reference} does not exist or is inactive")
        return found[-1]

    def tagged(self, arn: str) -> dict[str, str]:
        """The tags of an environment, a queue or a definition, to read and to change. ApiError 404 if it does not exist."""
        records = [*self.environments.values(), *self.queues.values(), *(one for found in self.definitions.values() for one in found)]
        for record in records:
            if arn in {record.get(name) for name in ("computeEnvironmentArn", "jobQueueArn", "jobDefinitionArn")}:
                return record["tags"]
        raise ApiError(404, "ClientException", f"There is no {arn}")


def refused(message: str) -> ApiError:
    """What Batch answers to almost everything that it does not like."""
    return ApiError(400, "ClientException", message)


class Places:
    """The places of all accounts."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Place] = {}

    def at(self, call: ApiCall) -> Place:
        """The caller's."""
        return self._places.setdefault((call.account, call.region), Place())

    def operations(self) -> dict[str, Callable[[ApiCall], Answer]]:
        """Operation → what answers it."""
        return {
            "CreateComputeEnvironment": self._create_environment,
            "DescribeComputeEnvironments": lambda call: {
                "computeEnvironments": _listed(self.at(call).environments, call.parameters.get("computeEnvironments"))
            },
            "DeleteComputeEnvironment": self._delete_environment,
            "CreateJobQueue": self._create_queue,
            "DescribeJobQueues": lambda call: {"jobQueues": _listed(self.at(call).queues, call.parameters.get("jobQueues"))},
            "DeleteJobQueue": lambda call: _deleted(self.at(call).queues, call.parameters["jobQueue"]),
            "RegisterJobDefinition": self._register,
            "DescribeJobDefinitions": self._describe_definitions,
            "DeregisterJobDefinition": self._deregister,
        }

    def _create_environment(self, call: ApiCall) -> Answer:
        given, place = call.parameters, self.at(call)
        name, resources = str(given["computeEnvironmentName"]), dict(given.get("computeResources") or {})
        if name in place.environments:
            raise refused("Object already exists")
        if given["type"] == "MANAGED":
            _check_resources(resources)
        arn = f"arn:aws:batch:{call.region}:{call.account}:compute-environment/{name}"
        place.environments[name] = {
            "computeEnvironmentName": name,
            "computeEnvironmentArn": arn,
            "ecsClusterArn": f"arn:aws:ecs:{call.region}:{call.account}:cluster/AWSBatch-{name}-00000000-0000-0000-0000-000000000000",
            "type": given["type"],
            "state": given.get("state", "ENABLED"),
            "status": "VALID",
            "statusReason": "ComputeEnvironment Healthy",
            "computeResources": resources,
            "serviceRole": given.get("serviceRole")
            or f"arn:aws:iam::{call.account}:role/aws-service-role/batch.amazonaws.com/AWSServiceRoleForBatch",
            "tags": dict(given.get("tags") or {}),
        }
        return {"computeEnvironmentName": name, "computeEnvironmentArn": arn}

    def _delete_environment(self, call: ApiCall) -> Answer:
        place, reference = self.at(call), str(call.parameters["computeEnvironment"])
        arn = _known(place.environments, reference, "computeEnvironment")["computeEnvironmentArn"]
        if any(arn == order["computeEnvironment"] for queue in place.queues.values() for order in queue["computeEnvironmentOrder"]):
            raise refused("Cannot delete, found existing JobQueue relationship")
        return _deleted(place.environments, reference)

    def _create_queue(self, call: ApiCall) -> Answer:
        given, place = call.parameters, self.at(call)
        name = str(given["jobQueueName"])
        if name in place.queues:
            raise refused("Object already exists")
        asked: list[Record] = given.get("computeEnvironmentOrder") or []
        orders = [dict(order) for order in asked]
        for order in orders:
            order["computeEnvironment"] = _known(place.environments, order["computeEnvironment"], "computeEnvironment")[
                "computeEnvironmentArn"
            ]
        arn = f"arn:aws:batch:{call.region}:{call.account}:job-queue/{name}"
        kept = {key: given[key] for key in ("schedulingPolicyArn", "jobStateTimeLimitActions") if given.get(key)}
        place.queues[name] = {
            "jobQueueName": name,
            "jobQueueArn": arn,
            "state": given.get("state", "ENABLED"),
            "status": "VALID",
            "statusReason": "JobQueue Healthy",
            "priority": given["priority"],
            "computeEnvironmentOrder": orders,
            "tags": dict(given.get("tags") or {}),
            **kept,
        }
        return {"jobQueueName": name, "jobQueueArn": arn}

    def _register(self, call: ApiCall) -> Answer:
        given = call.parameters
        name = str(given["jobDefinitionName"])
        container: Record = given.get("containerProperties") or {}
        if given["type"] != "container" or not container.get("image"):
            raise refused("the emulator runs container jobs alone, and containerProperties.image is required")
        revisions = self.at(call).definitions.setdefault(name, [])
        arn = f"arn:aws:batch:{call.region}:{call.account}:job-definition/{name}:{len(revisions) + 1}"
        kept = {key: value for key, value in given.items() if key != "tags" and value is not None}
        tags = dict(given.get("tags") or {})
        revisions.append({**kept, "jobDefinitionArn": arn, "revision": len(revisions) + 1, "status": "ACTIVE", "tags": tags})
        return {"jobDefinitionName": name, "jobDefinitionArn": arn, "revision": len(revisions)}

    def _describe_definitions(self, call: ApiCall) -> Answer:
        place, wanted = self.at(call), call.parameters
        every = [one for found in place.definitions.values() for one in found]
        if wanted.get("jobDefinitionName"):
            every = place.definitions.get(wanted["jobDefinitionName"], [])
        if wanted.get("jobDefinitions"):
            every = [one for one in every if one["jobDefinitionArn"] in wanted["jobDefinitions"]]
        return {"jobDefinitions": [one for one in every if wanted.get("status") in (None, one["status"])]}

    def _deregister(self, call: ApiCall) -> Answer:
        self.at(call).definition(call.parameters["jobDefinition"])["status"] = "INACTIVE"
        return {}


def _check_resources(resources: Record) -> None:
    """What CreateComputeEnvironment refuses. Source: AWS Batch API Reference, ComputeResource."""
    kind, strategy = resources.get("type"), str(resources.get("allocationStrategy", "BEST_FIT"))
    if kind not in {"EC2", "SPOT"}:
        raise refused("the emulator has EC2 and SPOT environments alone")
    if strategy.startswith(_SPOT_ALONE) and kind != "SPOT":
        raise refused(f"Error executing request, Exception : The allocation strategy {strategy} is for SPOT compute environments alone")
    for needed in ("instanceTypes", "subnets", "instanceRole"):
        if not resources.get(needed):
            raise refused(f"Error executing request, Exception : {needed} is required")
    if int(resources.get("minvCpus", 0)) > int(resources["maxvCpus"]):
        raise refused("Error executing request, Exception : minvCpus must be less than or equal to maxvCpus")


def _known(records: Mapping[str, Record], reference: str, what: str) -> Record:
    found = records.get(reference.rpartition("/")[2])
    if found is None:
        raise refused(f"{what} {reference} does not exist")
    return found


def _listed(records: Mapping[str, Record], wanted: list[str] | None) -> list[Record]:
    names = {one.rpartition("/")[2] for one in wanted} if wanted else set(records)
    return [record for name, record in records.items() if name in names]


def _deleted(records: dict[str, Record], reference: str) -> Answer:
    records.pop(reference.rpartition("/")[2], None)
    return {}
