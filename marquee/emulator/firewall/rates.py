"""How often something came lately."""

from collections import OrderedDict, deque
from typing import Final

_MOST: Final = 10_000
"""Aggregation instances that a rule follows. Source: AWS WAF Developer Guide, "Rate-based rule statement"."""
_GRAIN: Final = 1.0
"""Seconds that are counted together, so that a busy key needs a counter a second and not one a request."""


class Rates:
    """Counts by key over a sliding window. AWS looks about every ten seconds and estimates; this knows at once, to the second."""

    def __init__(self, window: int):
        self._window = window
        self._counts: OrderedDict[object, deque[list[float]]] = OrderedDict()
        self._totals: dict[object, int] = {}

    def count(self, key: object, now: float) -> int:
        """Requests of `key` in the last window, this one included. What was stopped counts too."""
        slots = self._counts.setdefault(key, deque())
        self._counts.move_to_end(key)
        if slots and now - slots[-1][0] < _GRAIN:
            slots[-1][1] += 1
        else:
            slots.append([now, 1])
        total = self._totals.get(key, 0) + 1
        while slots[0][0] <= now - self._window:
            total -= int(slots.popleft()[1])
        self._totals[key] = total
        if len(self._counts) > _MOST:  # who has been silent longest is forgotten
            del self._totals[self._counts.popitem(last=False)[0]]
        return total
