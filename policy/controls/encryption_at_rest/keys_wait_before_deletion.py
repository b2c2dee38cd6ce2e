"""E25.2: KMS keys wait long enough before they are deleted."""

from collections.abc import Iterator

from guard.control import Edit, Env, Severity, resource_control
from guard.node import Findings
from guard.params import whole_number
from guard.places import require_kept_data, whole
from guard.resource import Resource

_DEFAULT_DAYS = 30


def _wait(key: Resource, *, env: Env) -> Iterator[Edit]:
    require_kept_data(env)
    days = key.at("deletionWindowInDays").number(_DEFAULT_DAYS)
    if days is not None and days < whole(env, "days"):
        yield Edit(("deletionWindowInDays",), whole(env, "days"))


@resource_control(
    id="E25.2",
    title="KMS keys wait before they are deleted",
    severity=Severity.MEDIUM,
    types=("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey"),
    why="Deleting a key deletes all that it encrypted; the waiting time is the one chance to notice.",
    fix="set deletionWindowInDays to 30.",
    params=(whole_number("days", "Days that a key must wait before it is deleted.", 30),),
    remediate=_wait,
)
def keys_wait_before_deletion(key: Resource, *, env: Env) -> Findings:
    """A stack whose data goes with it may have its keys go as fast."""
    require_kept_data(env)
    days = key.at("deletionWindowInDays").number(_DEFAULT_DAYS)
    if days is not None and days < whole(env, "days"):
        yield key.at("deletionWindowInDays").fail("The key is gone too soon after somebody deletes it")
