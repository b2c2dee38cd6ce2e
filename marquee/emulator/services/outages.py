"""Regions that a person took down, to see what happens: whatever is asked of them answers 503."""

import json
import re
from collections.abc import Iterable

from marquee.emulator.services.own import ApiError

OUTAGES_PATH = "/_marquee/outages"
"""Where the emulator's user posts `{"region": ..., "down": true | false}` and is told `{"down": [...]}`."""
_REGION = re.compile(r"(?:^|[.-])([a-z]{2}-[a-z]+-\d)(?=\.)")


class Outages:
    """Which regions are down. An outage takes the whole region: data and control planes, and whoever calls from there."""

    def __init__(self) -> None:
        self._down: set[str] = set()

    def control(self, body: bytes) -> bytes:
        """Take a region down or up. ApiError for what is no region."""
        asked = json.loads(body or b"{}")
        region = str(asked.get("region", ""))
        if region:
            if not _REGION.fullmatch(f"{region}.", 0, len(region) + 1) and not re.fullmatch(r"[a-z]{2}-[a-z]+-\d", region):
                raise ApiError(400, "ValidationException", f"{region} is no region")
            (self._down.add if asked.get("down") else self._down.discard)(region)
        return json.dumps({"down": sorted(self._down)}).encode()

    def hits(self, host: str, signed_for: str = "") -> bool:
        """Whether a request is for a region that is down: by its signature, or else by the name of the host."""
        if not self._down:
            return False
        return signed_for in self._down or any(region in self._down for region in _regions(host))


def _regions(host: str) -> Iterable[str]:
    return (match[1] for match in _REGION.finditer(host.partition(":")[0].lower()))
