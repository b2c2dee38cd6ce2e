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


_DERIVATIONS: Final[dict[str, Derivation]] = {"mediaconvert": _mediaconvert}
