"""What must hold between the fields of DNS."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.settings._broken import Broken, Rule
from marquee.settings._platform import Settings


def geolocation_names_serving_regions(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Viewers are sent to a region of the stack that serves them."""
    serving = [region.name for region in s.regions if region.role != "standby"]
    for place, region in s.routing.geolocation.items():
        if region not in serving:
            yield Broken(
                ("routing", "geolocation", place),
                f"is sent to {region}, which serves nobody in this stack",
                f"name one of {', '.join(serving)}",
            )


def signed_zone_is_ours(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Signing a zone that others depend on is its owner's to decide."""
    if s.routing.dnssec and s.edge.hosted_zone_id is not None:
        yield Broken(
            ("routing", "dnssec"), "is on, but edge.hosted_zone_id names a zone of somebody else's", "sign that zone where it is managed"
        )


ROUTING_RULES: tuple[Rule, ...] = (geolocation_names_serving_regions, signed_zone_is_ours)
