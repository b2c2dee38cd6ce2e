"""A name that all regions answer to, as a tree of Route 53 records."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Resource, ResourceOptions

from components.refs import ZoneRef
from marquee.domain.regions import short_code


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a region's traffic goes."""

    domain_name: Input[str]
    zone_id: Input[str]
    """Hosted zone of that name, for an alias record."""


@dataclass(frozen=True, kw_only=True)
class SharedNameArgs:
    """Arguments of `SharedName`."""

    zone: ZoneRef
    domain: str
    """The name."""
    serving: Mapping[str, Target]
    """Region that serves viewers → its target."""
    standby: Mapping[str, Target]
    """Region that gets nobody while any other is healthy → its target."""
    health: Mapping[str, Input[str]]
    """Region → id of its health check."""
    switches: Mapping[str, Input[str | None]] = field(default_factory=dict[str, Input[str | None]])
    """Region → id of the check that ARC Region switch turns. A person turns that one; `health` turns by itself."""
    geolocation: Mapping[str, str] = field(default_factory=dict[str, str])
    """Continent or country → region, as in the settings."""


class SharedName(ComponentResource):
    """Nearest healthy region first; continents and countries that have a region of their own before that; standby regions last.

    A level a way to choose, each an alias of the one below that asks for its health, so that a failed region is passed over at every
    level and nobody edits a record. Only the top has the name itself; what lies below is called `<level>.<name>` and
    `<region's code>.<name>`. Route 53 refuses an alias of a record of the same zone that is not there yet: "that target was not found".
    """

    def __init__(self, name: str, args: SharedNameArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:SharedName", name, {}, opts)
        self._name, self._args = name, args
        self._made: dict[str, list[aws.route53.Record]] = {}  # a name in DNS → its records, which aliases of it wait for
        for region, target in {**args.serving, **args.standby}.items():
            self._leaf(region, target)
        names = _level_names(args.domain, args.geolocation, standby=bool(args.standby))
        self._nearest("nearest", names["nearest"], args.serving, args.switches)
        if args.geolocation:
            self._by_place(names["by-place"], elsewhere=names["nearest"])
        if args.standby:
            self._failover(args.domain, primary=names.get("by-place", names["nearest"]))
        self.register_outputs({})

    def _leaf(self, region: str, target: Target) -> None:
        aliases = [{"name": target.domain_name, "zone_id": target.zone_id, "evaluate_target_health": True}]
        # A health check needs a choice between records: a set of one, by weight.
        weight = [{"weight": 100}]
        self._record(
            region, self._of(region), aliases,
            set_identifier=region, weighted_routing_policies=weight, health_check_id=self._args.health[region],
        )  # fmt: skip

    def _nearest(self, level: str, domain: str, regions: Iterable[str], switches: Mapping[str, Input[str | None]]) -> None:
        """By latency among several regions; a single one needs no choice."""
        chosen = tuple(regions)
        for region in chosen:
            policy: dict[str, Any] = {}
            if len(chosen) > 1:
                policy = {
                    "set_identifier": region,
                    "latency_routing_policies": [{"region": region}],
                    "health_check_id": switches.get(region),
                }
            self._alias(f"{level}-{region}", domain, self._of(region), **policy)

    def _by_place(self, domain: str, *, elsewhere: str) -> None:
        for place, region in self._args.geolocation.items():
            country = place.removeprefix("country-")
            policy = {"country": country} if country != place else {"continent": place}
            self._alias(
                f"place-{place}", domain, self._of(region), set_identifier=place,
                geolocation_routing_policies=[policy], health_check_id=self._args.switches.get(region),
            )  # fmt: skip
        # Also for a place whose own region fails: Route 53 then goes on to the next larger place, and this is the largest.
        self._alias("place-elsewhere", domain, elsewhere, set_identifier="elsewhere", geolocation_routing_policies=[{"country": "*"}])

    def _failover(self, domain: str, *, primary: str) -> None:
        last = f"standby.{self._args.domain}"
        self._nearest("standby", last, self._args.standby, {})
        for kind, target in (("PRIMARY", primary), ("SECONDARY", last)):
            self._alias(f"failover-{kind.lower()}", domain, target, set_identifier=kind.lower(), failover_routing_policies=[{"type": kind}])

    def _of(self, region: str) -> str:
        return f"{short_code(region)}.{self._args.domain}"

    def _alias(self, suffix: str, domain: str, target: str, **policy: Any) -> None:
        """Of a record in the same zone."""
        aliases = [{"name": target, "zone_id": self._args.zone.id, "evaluate_target_health": True}]
        self._record(suffix, domain, aliases, after=self._made[target], **policy)

    def _record(self, suffix: str, domain: str, aliases: Any, *, after: Sequence[Resource] = (), **more: Any) -> None:
        record = aws.route53.Record(
            f"{self._name}-{suffix}",
            zone_id=self._args.zone.id,
            name=domain,
            type="A",  # no AAAA: the targets speak IPv4, and CloudFront speaks IPv6 to viewers in front of them
            aliases=aliases,
            opts=ResourceOptions(parent=self, depends_on=after),
            **more,
        )
        self._made.setdefault(domain, []).append(record)


def nearest_name(domain: str, geolocation: Mapping[str, str], *, standby: bool) -> str:
    """The name of the records that choose by latency, one a serving region."""
    return _level_names(domain, geolocation, standby=standby)["nearest"]


def _level_names(domain: str, geolocation: Mapping[str, str], *, standby: bool) -> dict[str, str]:
    levels = ["nearest", *(["by-place"] if geolocation else []), *(["failover"] if standby else [])]
    return {level: domain if level == levels[-1] else f"{level}.{domain}" for level in levels}
