"""How long an answer is kept. Source: Amazon CloudFront Developer Guide, "Manage how long content stays in the cache (expiration)"."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from marquee.emulator.edge.configuration import CachePolicy

_ERROR_SECONDS = 10
"""For errors that the distribution says nothing of."""
_CACHED_ERRORS = frozenset({400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504})


def lifetime(status: int, headers: Mapping[str, str], policy: CachePolicy, error_ttls: Mapping[int, int], now: float) -> float:
    """Seconds that the answer may be served; 0 is not at all."""
    if status in _CACHED_ERRORS:
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
    for name in ("s-maxage", "max-age"):
        if found := re.search(rf"\b{name}\s*=\s*\"?(\d+)", directives):
            return float(found[1])
    if "expires" in headers:
        try:
            return max(0.0, parsedate_to_datetime(headers["expires"]).timestamp() - now)
        except ValueError:
            return 0
    return None
