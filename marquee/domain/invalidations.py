"""What is invalidated at the edge after a takedown, and how much of it at once: paths, periods, limits.

A takedown refuses its title at once by other means (no new session, no licence, revoked tokens); an invalidation clears the copies, and
may wait. CloudFront bills paths beyond the account's first 1,000 of a month.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from marquee.domain import packaging, titles

KEY: Final = "period"
"""Partition key of the table of what was spent."""
PATHS: Final = "paths"
EXPIRES: Final = "expires"
"""Seconds since 1970, the table's time to live."""
AT_ONCE: Final = 15
"""Wildcard paths that may be in progress. Source: Amazon CloudFront Developer Guide, "Quotas", section on invalidations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Paths that may be spent."""

    paths_per_hour: int
    """In one region."""
    paths_per_month: int
    """In all regions together, in a calendar month of UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Paths that were spent so far."""

    this_hour: int
    """In this region."""
    this_month: int
    """In this region."""
    elsewhere: int
    """In the other regions this month, as far as is known here: their writes arrive within seconds."""


def wildcard(prefix: str) -> str:
    """The path that covers everything below a prefix of an origin. Raises ValueError for one that is no title's.

    CloudFront keeps what it fetched under the path that the function at the edge made of the viewer's: for a title in S3 its prefix, for
    one that is packaged just in time its asset. Source: Amazon CloudFront Developer Guide, "Invalidate files to remove content".
    """
    if prefix.endswith("/") and (asset := packaging.asset_of(prefix[:-1])) is not None and asset.prefix == prefix:
        return f"/{asset.name}/*"
    parts = prefix.strip("/").split("/")
    if len(parts) < 2 or f"{parts[0]}/" != titles.RENDITIONS or not titles.is_title_id(parts[1]) or not prefix.endswith("/"):
        raise ValueError(f"{prefix!r} is no prefix of a title's renditions")
    return f"/{prefix}*"


def paths_of(detail: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of a `TitleTakenDown` event's detail: what just-in-time packaging reads is never served. ValueError if it has none."""
    prefixes = [str(prefix) for prefix in detail.get("prefixes") or ()]
    found = tuple(wildcard(prefix) for prefix in prefixes if not prefix.startswith(titles.CLEAR))
    if not found:
        raise ValueError("the event names nothing that was served")
    return found


def allowance(limits: Limits, spent: Spent) -> int:
    """How many paths may be invalidated now; never negative, never more than CloudFront works on at once."""
    month = limits.paths_per_month - spent.this_month - spent.elsewhere
    return max(0, min(AT_ONCE, limits.paths_per_hour - spent.this_hour, month))


def month_of(now: datetime, region: str) -> str:
    """Key of a region's calendar month."""
    return f"{now.astimezone(UTC):%Y-%m}#{region}"


def hour_of(now: datetime, region: str) -> str:
    """Key of a region's hour."""
    return f"{now.astimezone(UTC):%Y-%m-%dT%H}#{region}"


def expiry(now: datetime) -> int:
    """When an item is of no more use: well after the longest month."""
    return int((now + timedelta(days=40)).timestamp())


def take(wanted: Iterable[tuple[str, tuple[str, ...]]], allowed: int) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Messages (id, paths) in order while their distinct paths fit into `allowed`, and the ids of those that wait.

    A message is taken whole or not at all, and one whose paths are all taken already costs nothing.
    """
    taken: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    paths: set[str] = set()
    for message_id, needed in wanted:
        if len(paths | set(needed)) <= allowed:
            taken[message_id] = needed
            paths |= set(needed)
        else:
            waiting.append(message_id)
    return taken, waiting
