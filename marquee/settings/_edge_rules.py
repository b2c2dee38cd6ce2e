"""What must hold between the fields of the edge."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.domain.regions import COUNTRIES
from marquee.settings._broken import Broken, Rule, repeated
from marquee.settings._platform import Settings


def countries_of_one_kind(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """CloudFront takes one list of countries, and either reading of two would surprise somebody."""
    if s.edge.countries_allowed and s.edge.countries_blocked:
        why = "is given beside edge.countries_allowed, and CloudFront takes one list"
        yield Broken(("edge", "countries_blocked"), why, "keep the one that says what you mean")


def lists_of_the_edge_are_distinct(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """CloudFront refuses a country or an origin that stands in a list twice."""
    for name in ("countries_allowed", "countries_blocked", "player_origins"):
        for index in repeated(getattr(s.edge, name)):
            yield Broken(("edge", name, index), "is listed twice", "list each once")


def hourly_invalidations_fit_the_month(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The month's limit is the one that bounds the bill."""
    limits = s.edge.invalidations
    if limits.paths_per_hour > limits.paths_per_month:
        why = f"is above edge.invalidations.paths_per_month, {limits.paths_per_month}, so that it limits nothing"
        yield Broken(("edge", "invalidations", "paths_per_hour"), why, "lower it, or raise the month's")


def prefetch_is_let_in(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The prefetching functions ask as viewers of their regions' countries do, and CloudFront knows no exceptions."""
    allowed, blocked = s.edge.countries_allowed, s.edge.countries_blocked
    homes = {region.name: COUNTRIES[region.name] for region in s.regions}
    out = sorted({country for country in homes.values() if country in blocked or (allowed and country not in allowed)})
    if s.edge.prefetch and out:
        name, fix = ("countries_allowed", "add") if allowed else ("countries_blocked", "take out")
        countries = ", ".join(out)
        why = f"is on, but edge.{name} keeps out {countries}, where regions ask from: CloudFront would refuse them what they prefetch"
        yield Broken(("edge", "prefetch"), why, f"set it to false, or {fix} {countries}")


EDGE_RULES: tuple[Rule, ...] = (
    countries_of_one_kind, lists_of_the_edge_are_distinct, hourly_invalidations_fit_the_month, prefetch_is_let_in,
)  # fmt: skip
