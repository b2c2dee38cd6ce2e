"""What the firewall counts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


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
