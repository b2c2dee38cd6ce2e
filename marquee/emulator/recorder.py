"""What was called on whose behalf, and whether its policies allowed it."""

import threading
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

CALLS_PATH = "/_marquee/calls"
"""Where the front answers the recorded calls as JSON. No bucket can have that name."""


class Verdict(StrEnum):
    """How a call was judged. Only `ALLOWED` went through."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNJUDGED = "unjudged"
    """The emulator could not tell, so it refused: an action, operator or condition key that it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One IAM action on one resource, tried by a role's session or by an AWS service. The account's root user is not recorded."""

    principal: str
    """`arn:aws:sts::…:assumed-role/ROLE/SESSION` (a function's session is its name), or a service such as `events.amazonaws.com`."""
    action: str
    """IAM action such as `s3:GetObject`; empty if it could not be derived."""
    resource: str
    """ARN, or `*` where the action has no resource."""
    region: str
    verdict: Verdict
    reason: str = ""
    """Why it was not allowed."""

    @property
    def role(self) -> str:
        """Name of the role behind the principal; empty for a service."""
        return self.principal.split("/")[1] if ":assumed-role/" in self.principal else ""

    def to_json(self) -> dict[str, Any]:
        """Plain data, for the front's answer."""
        return asdict(self)


class Recorder:
    """Collects calls from request handlers and background threads."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._lock = threading.Lock()

    def add(self, call: Call) -> None:
        """Keep one call."""
        with self._lock:
            self._calls.append(call)

    def calls(self) -> list[Call]:
        """All calls so far, in order."""
        with self._lock:
            return list(self._calls)


def refused(calls: Iterable[Call]) -> list[Call]:
    """The calls that a role or a service was not allowed to make, or that nobody could judge. A healthy flow has none."""
    return [call for call in calls if call.verdict is not Verdict.ALLOWED]
