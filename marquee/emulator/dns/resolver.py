"""Which record answers, as Route 53 chooses: pure rules over records and the state of health checks.

Source: Amazon Route 53 Developer Guide, "Choosing a routing policy" and "How Amazon Route 53 chooses records when health checking is
configured".
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, cos, radians, sin, sqrt

from marquee.emulator.dns.places import PLACES
from marquee.emulator.dns.records import Record, plain

_DEPTH = 8  # of aliases; a loop must end


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who asks. Latency is modelled as distance: nobody measures anything on a loopback."""

    region: str
    """The AWS region that the viewer is near."""
    country: str = ""
    """Two letters; empty if unknown."""
    continent: str = ""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a name leads to."""

    target: str
    """A host outside the zones, or an ordinary record's first value."""
    values: tuple[str, ...] = ()
    """Of an ordinary record."""
    ttl: int = 60
    path: tuple[str, ...] = ()
    """Set identifiers of the records on the way: how it was chosen."""


@dataclass
class Resolver:
    """Over the records of one account."""

    records: Sequence[Record]
    healthy: Callable[[str], bool]
    """Health check id → whether it is healthy."""
    reachable: Callable[[str], bool]
    """Whether an AWS host that an alias leads to works."""
    _sets: Mapping[tuple[str, str], list[Record]] = field(init=False)

    def __post_init__(self) -> None:
        sets: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for record in self.records:
            sets[record.name, record.type].append(record)
        self._sets = sets

    def resolve(self, name: str, kind: str, viewer: Viewer) -> Answer | None:
        """The answer to a question; None if there is no record of that name and type."""
        return self._resolve(plain(name), kind, viewer, (), _DEPTH)

    def _resolve(self, name: str, kind: str, viewer: Viewer, path: tuple[str, ...], depth: int) -> Answer | None:
        found = self._sets.get((name, kind), [])
        if not found or depth == 0:
            return None
        chosen = self._choose(found, kind, viewer)
        if chosen is None:
            return None
        path = (*path, chosen.set_identifier) if chosen.set_identifier else path
        if chosen.alias is None:
            return Answer(target=chosen.values[0] if chosen.values else "", values=chosen.values, ttl=chosen.ttl, path=path)
        inner = self._resolve(chosen.alias, kind, viewer, path, depth - 1)
        return inner or Answer(target=chosen.alias, path=path)

    def _choose(self, records: list[Record], kind: str, viewer: Viewer) -> Record | None:
        healthy = [record for record in records if self._healthy(record, kind, _DEPTH)]
        if records[0].place is not None:
            return self._by_place(healthy or records, viewer)
        # When nothing is healthy, everything counts as healthy: an answer may work, none never does.
        return _preferred(healthy or records, viewer)

    def _by_place(self, records: list[Record], viewer: Viewer) -> Record | None:
        """The smallest place that fits; a record that is not healthy leaves the question to the next larger."""
        by_place = {record.place: record for record in records}
        places = (f"country-{viewer.country}", viewer.continent, "country-*")
        return next((by_place[place] for place in places if place in by_place), None)

    def _healthy(self, record: Record, kind: str, depth: int) -> bool:
        if record.health_check is not None and not self.healthy(record.health_check):
            return False
        if record.alias is None or not record.evaluates_target or depth == 0:
            return True
        inner = self._sets.get((record.alias, kind), [])
        if not inner:
            return self.reachable(record.alias)
        return any(self._healthy(one, kind, depth - 1) for one in inner)


def _preferred(records: list[Record], viewer: Viewer) -> Record:
    if records[0].failover is not None:
        return next((record for record in records if record.failover == "PRIMARY"), records[0])
    if records[0].region is not None:
        return min(records, key=lambda record: (distance(viewer.region, record.region or ""), record.set_identifier))
    return records[0]


def distance(one: str, other: str) -> float:
    """Kilometres between two regions, over the globe; unknown ones are far."""
    if one == other:
        return 0
    if one not in PLACES or other not in PLACES:
        return 20_000
    (lat1, lon1), (lat2, lon2) = (tuple(map(radians, PLACES[name])) for name in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * asin(sqrt(half))
