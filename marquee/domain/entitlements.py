"""Who may watch what: how the entitlements table says it.

An item is one user's right to one title, one live channel, or everything. The table also holds the regions' copy of the revocation list,
beside the rights that it cuts short.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from marquee.domain.revocations import TABLE_PREFIX, Revocation
from marquee.domain.tokens import Quality

USER: Final = "userId"
"""Partition key: the pseudonym of the `sub` in the viewer's JWT, as tokens have it: the table names nobody."""
CONTENT: Final = "contentId"
"""Sort key: a title id, a live channel, or `EVERYTHING`."""
EVERYTHING: Final = "*"
QUALITY: Final = "quality"
EXPIRES: Final = "expires"
"""Seconds since 1970; absent for a right without an end. DynamoDB deletes the item some time later."""
BEFORE: Final = "before"
"""Of a revocation: tokens issued at this time or earlier are refused."""
_NOTHING: Final = "-"  # content of an item that is a revocation

_ASCENDING: Final[tuple[Quality, ...]] = get_args(Quality)


def best(items: Iterable[Mapping[str, Any]], now: float) -> Quality | None:
    """The best quality that a user's items grant at `now`; None if they grant nothing. Items of an unknown quality do not count."""
    held = {item.get(QUALITY) for item in items if float(item.get(EXPIRES, now + 1)) > now}
    return next((quality for quality in reversed(_ASCENDING) if quality in held), None)


def at_most(granted: Quality, asked: Quality) -> Quality:
    """The lower of two qualities."""
    return _ASCENDING[min(_ASCENDING.index(granted), _ASCENDING.index(asked))]


def revocation_key(entry: str) -> dict[str, str]:
    """Key of the table's item for a revocation, whose key in the edge's store is `entry`."""
    return {USER: f"{TABLE_PREFIX}{entry}", CONTENT: _NOTHING}


def revocation_item(revocation: Revocation) -> dict[str, Any]:
    """The table's item for a revocation."""
    return {**revocation_key(revocation.key), BEFORE: revocation.before, EXPIRES: revocation.until}
