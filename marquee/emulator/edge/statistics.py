"""What the edge counts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from marquee.emulator.edge.configuration import Distribution
from marquee.emulator.firewall.statistics import FirewallStatistics


@dataclass
class LogStatistics:
    """What became of the logs."""

    realtime_written: int = 0
    realtime_lost: int = 0
    access_written: int = 0
    """Records in files."""
    access_lost: int = 0
    problems: set[str] = field(default_factory=set[str])
    """Why something was lost."""

    def to_json(self) -> dict[str, Any]:
        """With the problems in order."""
        return {**vars(self), "problems": sorted(self.problems)}


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
    distributions: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    """Distribution, with `staging` behind it where it is one → results."""
    logs: LogStatistics = field(default_factory=LogStatistics)

    def noted(self, distribution: Distribution, result: str) -> None:
        """One answer of a distribution."""
        name = f"{distribution.id} staging" if distribution.staging else distribution.id
        self.distributions.setdefault(name, Counter())[result] += 1

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
            "distributions": {name: dict(results) for name, results in self.distributions.items()},
            "logs": self.logs.to_json(),
        }
