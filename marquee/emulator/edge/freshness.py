"""How long an answer is kept. Source: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)"."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from marquee.emulator.edge.configuration import CachePolicy

_ERROR_SECONDS = 10
"""For errors that the distribution says nothing of."""
_KEPT_ERRORS = frozenset({404, 405, 414, 500, 501, 502, 503, 504})
_KEPT_IF_SAID = frozenset({400, 403, 412, 415})
"""Errors that are kept only if the origin says how long. Source: the same guide, "HTTP 4xx and 5xx status codes that CloudFront caches"."""
_MAX_AGE = tuple(re.compile(rf"\b{name}\s*=\s*\"?(\d+)") for name in ("s-maxage", "max-age"))


def lifetime(status: int, headers: Mapping[str, str], policy: CachePolicy, error_ttls: Mapping[int, int], now: float) -> float:
    """Seconds that the answer may be served; 0 is not at all."""
    if status in _KEPT_ERRORS or (status in _KEPT_IF_SAID and _max_age(headers.get("cache-control", "").lower()) is not None):
        said = _said(headers, now)
        return max(error_ttls.get(status, _ERROR_SECONDS), said or 0)
    if status not in {200, 203, 204, 206, 300, 301, 302, 304, 307, 308, 410}:
        return 0
    said = _said(headers, now)
    return min(max(policy.default_ttl if said is None else said, policy.min_ttl), policy.max_ttl)


def _said(headers: Mapping[str, str], now: float) -> float | None:
    directives = headers.get("cache-control", "").lower()
    if re.search(r"\b(no-store|no-cache|private)\b", directives):
        return 0
    if (seconds := _max_age(directives)) is not None:
        return seconds
    if "expires" in headers:
        end = moment(headers["expires"])
        return max(0.0, end - now) if end is not None else 0
    return None


def _max_age(directives: str) -> float | None:
    return next((float(found[1]) for name in _MAX_AGE if (found := name.search(directives))), None)


def moment(date: str) -> float | None:
    """Seconds since 1970 of a date in a header; None for what is no date."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
