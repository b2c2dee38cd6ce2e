"""R8.5: object locks retain objects."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource
from guard.tokens import S3_OBJECT_LOCK


@resource_control(
    id="R8.5",
    title="Object locks have a default retention",
    severity=Severity.MEDIUM,
    types=S3_OBJECT_LOCK,
    why="Without a default retention a lock locks only what its writer asks to be locked.",
    fix="set rule.defaultRetention with a mode and days or years.",
)
def object_locks_retain(lock: Resource) -> Findings:
    """Either unit will do."""
    retention = lock.at("rule", "defaultRetention")
    if not some((retention.at("days"), retention.at("years")), lambda span: (span.number() or 0) > 0):
        yield retention.fail("Objects are not retained")
