"""One request and its answer, as the logs tell of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Final

from marquee.emulator.edge.configuration import Behaviour, Distribution
from marquee.emulator.edge.log_text import cmcd
from marquee.emulator.edge.viewer import Viewed

LOCATION: Final = "EMU50-P1"
"""The only edge location here, in CloudFront's form."""
_LIMIT: Final = 800
"""Bytes of a cookie or of headers that a real-time record holds."""
_GENERATED: Final = {503: "FunctionExecutionError"}


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Times are in seconds, `finished` since 1970, the others since the request came."""

    distribution: Distribution
    """That answered."""
    primary: Distribution
    """That was asked."""
    behaviour: Behaviour
    request: Viewed
    id: str
    version: str
    """`1.1`."""
    secure: bool
    port: int
    """The viewer's."""
    country: str
    finished: float
    first_byte: float
    taken: float
    status: int
    headers: Mapping[str, str]
    """Of the answer as it was sent."""
    sent: int
    received: int
    result: str
    """What `x-cache` said, before `from cloudfront`."""
    whole: bool
    """Whether all of the answer went out."""
    origin_times: tuple[float, float] | None = None
    """Seconds until the origin's first byte and until its last one; None if none was asked."""

    def realtime(self) -> dict[str, str]:
        """By the names of real-time logs, where the stem holds the query too."""
        request, headers = self.request, self.request.headers
        listed = [f"{name}:{value}\n" for name, value in headers.items()]
        return self._common() | cmcd(request.query) | {
            "timestamp": f"{self.finished:.3f}",
            "cs-host": request.host,
            "cs-uri-stem": f"{request.path}?{request.query}" if request.query else request.path,
            "x-host-header": self.distribution.domain,
            "c-ip-version": f"IPv{ip_address(request.address).version}",
            "cs-user-agent": headers.get("user-agent", ""),
            "cs-referer": headers.get("referer", ""),
            "cs-cookie": headers.get("cookie", "")[:_LIMIT],
            "cs-accept-encoding": headers.get("accept-encoding", ""),
            "cs-accept": headers.get("accept", ""),
            "cs-headers": "".join(listed)[:_LIMIT],
            "cs-header-names": "".join(f"{name}\n" for name in headers)[:_LIMIT],
            "cs-headers-count": str(len(headers)),
        }  # fmt: skip

    def access(self) -> dict[str, str]:
        """By the names of standard logs."""
        request, at = self.request, datetime.fromtimestamp(self.finished, UTC)
        return self._common() | {
            "timestamp": str(int(self.finished)),
            "timestamp(ms)": str(int(self.finished * 1000)),
            "DistributionId": self.distribution.id,
            "date": f"{at:%Y-%m-%d}",
            "time": f"{at:%H:%M:%S}",
            "cs(Host)": self.distribution.domain,
            "cs-uri-stem": request.path,
            "x-host-header": request.host,
            "cs(Referer)": request.headers.get("referer", ""),
            "cs(User-Agent)": request.headers.get("user-agent", ""),
            "cs(Cookie)": request.headers.get("cookie", ""),
        }

    def _common(self) -> dict[str, str]:
        request, first, last = self.request, *(self.origin_times or (None, None))
        kind, _, extent = self.headers.get("content-range", "").partition(" ")
        start, _, end = extent.partition("/")[0].partition("-") if kind == "bytes" else ("", "", "")
        moved = self.primary is not self.distribution
        return {
            "time-to-first-byte": f"{self.first_byte:.3f}",
            "sc-status": f"{self.status:03}",
            "sc-bytes": str(self.sent),
            "cs-method": request.method,
            "cs-protocol": "https" if self.secure else "http",
            "cs-bytes": str(self.received),
            "cs-uri-query": request.query,
            "x-edge-location": LOCATION,
            "x-edge-request-id": self.id,
            "time-taken": f"{self.taken:.3f}",
            "cs-protocol-version": f"HTTP/{self.version}",
            "c-ip": request.address,
            "c-port": str(self.port),
            "c-country": self.country,
            "x-edge-response-result-type": self._result(),
            "x-edge-result-type": self._result() if self.whole else "Error",
            "x-edge-detailed-result-type": self._detail(),
            "x-forwarded-for": request.headers.get("x-forwarded-for", ""),
            "sc-content-type": self.headers.get("content-type", ""),
            "sc-content-len": self.headers.get("content-length", ""),
            "sc-range-start": start.strip("*"),
            "sc-range-end": end,
            "cache-behavior-path-pattern": self.behaviour.pattern,
            "primary-distribution-id": self.primary.id if moved else "",
            "primary-distribution-dns-name": self.primary.domain if moved else "",
            "origin-fbl": f"{first:.3f}" if first is not None else "",
            "origin-lbl": f"{last:.3f}" if last is not None else "",
        }

    def _result(self) -> str:
        if self.result == "FunctionGenerated":
            return _GENERATED.get(self.status, "FunctionGeneratedResponse")
        return "Error" if self.result == "Refused" else self.result

    def _detail(self) -> str:
        if not self.whole:
            return "AbortedOrigin"
        if self._result() != "Error":
            return self._result()
        if self.result == "Refused":
            if self.request.method not in self.behaviour.methods:
                return "InvalidRequestMethod"
            return "InvalidRequestBlocked" if self.status == 403 else "InvalidRequest"
        return "OriginConnectError" if self.status in {502, 504} and self.origin_times is None else "Error"
