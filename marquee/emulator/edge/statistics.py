"""What the edge counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FirewallStatistics:
    """What was stopped before the edge, and what nobody here could judge."""

    blocked: Counter[str] = field(default_factory=Counter[str])
    """Rule, or group and rule in it → requests."""
    counted: Counter[str] = field(default_factory=Counter[str])
    """The same of rules that only count."""
    unknown: Counter[str] = field(default_factory=Counter[str])
    """Rule → requests of which it cannot be said here whether they fit. They passed it."""
    not_judged: dict[str, Mapping[str, Sequence[str]]] = field(default_factory=dict[str, Mapping[str, Sequence[str]]])
    """Web ACL → rule → what of it is judged by AWS alone."""
    countries: Counter[str] = field(default_factory=Counter[str])
    """Country → requests that the distribution's list of countries refused."""
    unwritten: Counter[str] = field(default_factory=Counter[str])
    """Destination that is no log group → records that it would have got."""
    logged: int = 0
    lost: int = 0


@dataclass
class Statistics:
    """Counts since the start."""

    results: Counter[str] = field(default_factory=Counter[str])
    """`Hit`, `Miss`, `RefreshHit`, `Error`, `Refused`, `FunctionGenerated`: as `x-cache` says."""
    origin_requests: Counter[str] = field(default_factory=Counter[str])
    """Origin → requests."""
    origin_failures: Counter[str] = field(default_factory=Counter[str])
    shield_hits: int = 0
    failovers: int = 0
    invalidated: int = 0
    firewall: FirewallStatistics = field(default_factory=FirewallStatistics)

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
            "origin_requests": dict(self.origin_requests),
            "origin_failures": dict(self.origin_failures),
            "shield_hits": self.shield_hits,
            "failovers": self.failovers,
            "invalidated": self.invalidated,
            "firewall": vars(self.firewall),
        }
