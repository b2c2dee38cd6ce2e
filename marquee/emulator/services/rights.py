"""The IAM actions that calls of our own services need: MiniStack derives them for its services only.

Source: Service Authorization Reference, one table a service.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from marquee.emulator.services.wire import Operation


class Right(NamedTuple):
    """One action on one resource."""

    action: str
    resource: str
    context: Mapping[str, Any] = {}
    """Condition keys of the request."""


Derivation = Callable[[Operation, str, str], list[Right]]
"""From a call, its region and its account."""


def rights(operation: Operation, region: str, account: str) -> list[Right] | None:
    """What `operation` needs; None for a service that is not ours."""
    derive = _DERIVATIONS.get(operation.service)
    return derive(operation, region, account) if derive else None


def pass_role(role: str, service: str) -> Right:
    """Handing a role to a service."""
    return Right("iam:PassRole", role, {"iam:passedtoservice": f"{service}.amazonaws.com"})


def _mediaconvert(operation: Operation, region: str, account: str) -> list[Right]:
    """A job's resources are optional in the table; a statement that names queues grants jobs in these queues."""
    name, given = operation.name, operation.parameters
    prefix = f"arn:aws:mediaconvert:{region}:{account}"
    action = f"mediaconvert:{name}"
    if name == "CreateJob":
        queue = str(given.get("Queue") or "Default")
        tagged = [Right("mediaconvert:TagResource", f"{prefix}:jobs/*")] if given.get("Tags") else []
        resource = queue if queue.startswith("arn:") else f"{prefix}:queues/{queue}"
        return [Right(action, resource), pass_role(str(given.get("Role") or ""), "mediaconvert"), *tagged]
    if name in {"GetJob", "CancelJob"}:
        return [Right(action, f"{prefix}:jobs/{given.get('Id')}")]
    if name in {"GetQueue", "UpdateQueue", "DeleteQueue"}:
        return [Right(action, f"{prefix}:queues/{given.get('Name')}")]
    if name in {"TagResource", "UntagResource", "ListTagsForResource"}:
        return [Right(action, str(given.get("Arn")))]
    return [Right(action, "*")]


def _medialive(operation: Operation, region: str, account: str) -> list[Right]:
    """Making a channel is a right on the channel, its input and, to pass it, the role; using one is a right on the channel alone."""
    name, given = operation.name, operation.parameters
    prefix, action = f"arn:aws:medialive:{region}:{account}", f"medialive:{name}"
    passed = [pass_role(str(given["RoleArn"]), "medialive")] if name.startswith("Create") and given.get("RoleArn") else []
    if given.get("ChannelId"):
        return [Right(action, f"{prefix}:channel:{given['ChannelId']}")]
    if given.get("InputId"):
        return [Right(action, f"{prefix}:input:{given['InputId']}")]
    if given.get("ResourceArn"):
        return [Right(action, str(given["ResourceArn"]))]
    kind = {"CreateChannel": "channel:*", "CreateInput": "input:*", "CreateInputSecurityGroup": "inputSecurityGroup:*"}.get(name)
    return [Right(action, f"{prefix}:{kind}" if kind else "*"), *passed]


def _mediapackage(operation: Operation, region: str, account: str) -> list[Right]:
    """A call's resource is the last of group, channel, endpoint and harvest job that it names."""
    given, path = operation.parameters, ""
    steps = (
        ("ChannelGroupName", "channelGroup"),
        ("ChannelName", "channel"),
        ("OriginEndpointName", "originEndpoint"),
        ("HarvestJobName", "harvestJob"),
    )
    for member, kind in steps:
        if given.get(member):
            path += f"/{kind}/{given[member]}"
    action = f"mediapackagev2:{operation.name}"
    return [Right(action, f"arn:aws:mediapackagev2:{region}:{account}:{path[1:]}" if path else "*")]


def _mediapackage_vod(operation: Operation, region: str, account: str) -> list[Right]:
    """Making something supports no resource; assets are known by their names, the rest by ids of the service's."""
    name, given, prefix = operation.name, operation.parameters, f"arn:aws:mediapackage-vod:{region}:{account}"
    resource = f"{prefix}:assets/{given['Id']}" if name in {"DescribeAsset", "DeleteAsset"} else "*"
    authorization: Mapping[str, str] = given.get("Authorization") or {}
    roles = [role for role in (given.get("SourceRoleArn"), authorization.get("SecretsRoleArn")) if role]
    tagged = (
        [Right("mediapackage-vod:TagResource", f"{prefix}:assets/{given['Id']}")] if name == "CreateAsset" and given.get("Tags") else []
    )
    return [Right(f"mediapackage-vod:{name}", resource), *(pass_role(str(role), "mediapackage") for role in roles), *tagged]


def _batch(operation: Operation, region: str, account: str) -> list[Right]:
    """A submitted job is judged on its queue and on its definition, by name where no revision is given."""
    name, given = operation.name, operation.parameters
    prefix = f"arn:aws:batch:{region}:{account}"
    action = f"batch:{name}"
    if name == "SubmitJob":
        named = {key.lower(): str(value) for key, value in given.items() if isinstance(value, str)}  # state machines capitalise
        queue, definition = named.get("jobqueue", ""), named.get("jobdefinition", "")
        tagged = [Right("batch:TagResource", f"{prefix}:job/*")] if given.get("tags") or given.get("Tags") else []
        return [
            Right(action, queue if queue.startswith("arn:") else f"{prefix}:job-queue/{queue}"),
            Right(action, definition if definition.startswith("arn:") else f"{prefix}:job-definition/{definition}"),
            *tagged,
        ]
    if name in {"TerminateJob", "CancelJob"}:
        return [Right(action, f"{prefix}:job/{given.get('jobId')}")]
    if name in {"TagResource", "UntagResource", "ListTagsForResource"}:
        return [Right(action, str(given.get("resourceArn")))]
    return [Right(action, "*")]


_DERIVATIONS: Final[dict[str, Derivation]] = {
    "batch": _batch,
    "mediaconvert": _mediaconvert,
    "medialive": _medialive,
    "mediapackage-vod": _mediapackage_vod,
    "mediapackagev2": _mediapackage,
}
