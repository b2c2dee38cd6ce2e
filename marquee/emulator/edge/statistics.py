"""What the edge counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from marquee.emulator.firewall.statistics import FirewallStatistics


@dataclass
class Statistics:
    """Counts since the start."""

    results: Counter[str] = field(default_factory=Counter[str])
    """`Hit`, `Miss`, `RefreshHit`, `Error`, `Refused`, `FunctionGenerated`: as `x-cache` says."""
    origin_requests: Counter[str] = field(default_factory=Counter[str])
    """Origin → requests."""
    origin_failures: Counter[str] = field(default_factory=Counter[str])
    firewall: FirewallStatistics = field(default_factory=FirewallStatistics)
    shield_hits: int = 0
    failovers: int = 0
    invalidated: int = 0

    def asked(self, origin: str) -> None:
        """One request to an origin."""
        self.origin_requests[origin] += 1

    def failed(self, origin: str) -> None:
        """An origin that could not be reached."""
        self.origin_failures[origin] += 1

    def to_json(self) -> dict[str, Any]:
        """With the hit ratio over what could have been a hit; None before the first."""
        hits = self.results["Hit"] + self.results["RefreshHit"]
        all_of_them = hits + self.results["Miss"]
        return {
            "hit_ratio": round(hits / all_of_them, 4) if all_of_them else None,
            "results": dict(self.results),
            "firewall": vars(self.firewall),
            "origin_requests": dict(self.origin_requests),
            "origin_failures": dict(self.origin_failures),
            "shield_hits": self.shield_hits,
            "failovers": self.failovers,
            "invalidated": self.invalidated,
        }
