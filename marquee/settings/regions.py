"""The regions of a stack and the address range of each."""

from typing import Annotated, Literal

from pydantic import Field

from marquee.domain.regions import ZONES, short_code
from marquee.settings._section import Section
from marquee.settings._vocabulary import Cidr, ListOf, RegionName, ZoneLetter

RegionRole = Literal["primary", "active", "standby"]


class Region(Section):
    """One region. Adding one changes nothing in the others but their lists of replicas."""

    name: RegionName
    """Name that AWS gives it. Example: eu-west-1."""
    cidr: Cidr
    """Private range of its VPC, /16 to /20, its own in the whole network; see the address plan. Example: 10.20.0.0/16."""
    role: RegionRole
    """`primary` writes what has one writer, `active` serves viewers too, `standby` waits for a failover."""
    zones: Annotated[tuple[ZoneLetter, ...], Field(min_length=2), ListOf] | None = None
    """Letters of the availability zones that this account sees; null takes the usual ones. Example: [a, c, d]."""

    @property
    def code(self) -> str:
        """`euw1`, the region's part of physical names."""
        return short_code(self.name)

    @property
    def zone_letters(self) -> tuple[str, ...]:
        """All zones to choose from, in the order of preference."""
        return self.zones or tuple(ZONES[self.name])
