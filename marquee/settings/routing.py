"""How DNS leads viewers to regions."""

from typing import Annotated

from pydantic import Field

from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Flag, Place, RegionName


class Routing(Section):
    """Route 53. Whatever these say, a region that fails its health check gets nobody."""

    geolocation: dict[Place, RegionName] = Field(default_factory=dict[Place, RegionName])
    """Continent (`EU`, `NA`, `SA`, `AS`, `AF`, `OC`, `AN`) or country (`country-DE`) → the region that serves it; latency decides for all
    others. Example: {EU: eu-west-1}."""
    dnssec: Flag = False
    """True: the zone is signed. The DS record among the outputs then goes to the registrar; remove it there a week before this is unset."""
    fast_health_checks: Annotated[Flag, ByProfile(starter=False, mature=True)]
    """True: regions are checked every 10 seconds instead of every 30, for about a dollar more a month and region."""
