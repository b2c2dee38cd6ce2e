"""The whole of the settings: the sections of the stack file, and what follows from them."""

from typing import Annotated

from pydantic import Field

from marquee.domain.names import Names
from marquee.settings._section import Profile, Section
from marquee.settings._vocabulary import ListOf, Slug
from marquee.settings.accounts import Accounts
from marquee.settings.cost import Cost
from marquee.settings.drm import Drm
from marquee.settings.edge import Edge
from marquee.settings.identity import Identity
from marquee.settings.live import Live
from marquee.settings.media import Media
from marquee.settings.network import Network
from marquee.settings.observability import Observability
from marquee.settings.playback import Playback
from marquee.settings.regions import Region
from marquee.settings.resilience import Resilience
from marquee.settings.routing import Routing
from marquee.settings.security import Security


class Platform(Section):
    """The object `marquee:platform` of a stack file."""

    profile: Profile
    """`starter`: one region, cheap, gone without residue. `mature`: several regions that outlive each other. Gives the defaults below."""
    identity: Identity
    """Names and owners."""
    accounts: Accounts
    """The AWS account."""
    regions: Annotated[tuple[Region, ...], Field(min_length=1), ListOf]
    """Regions of the stack, one of them the primary."""
    network: Network
    """The network of each region."""
    edge: Edge
    """DNS of the platform's domain, and CloudFront."""
    routing: Routing
    """DNS between viewers and regions."""
    media: Media
    """Ingest and segments."""
    drm: Drm = Drm()
    """Encryption, and the key provider."""
    live: Live = Live()
    """Live channels."""
    playback: Playback = Playback()
    """Sign-in of viewers, tokens and signing keys."""
    observability: Observability
    """Logs, objectives, alarms."""
    resilience: Resilience
    """Protection of data."""
    security: Security = Security()
    """Residency, account baseline, exemptions."""
    cost: Cost = Cost()
    """The budget."""


class Settings(Platform):
    """A platform of a stack. Build it with `marquee.settings.load`, which also checks the rules between fields."""

    stack: Slug
    """The Pulumi stack's name, second part of every physical name."""

    @property
    def mature(self) -> bool:
        """True in profile mature."""
        return self.profile == "mature"

    @property
    def names(self) -> Names:
        """Renders the stack's physical names."""
        return Names(f"{self.identity.name}-{self.stack}", self.accounts.workload)

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource, for `default_tags` and for what does not get those."""
        return {
            "Project": self.identity.name,
            "Stack": self.stack,
            "Owner": self.identity.owner,
            "CostCentre": self.identity.cost_centre,
            "ManagedBy": "pulumi",
        }

    @property
    def primary(self) -> Region:
        """The one region of role primary."""
        return next(region for region in self.regions if region.role == "primary")

    def region(self, name: str) -> Region:
        """The stack's region of that name; KeyError if it has none."""
        for region in self.regions:
            if region.name == name:
                return region
        raise KeyError(name)

    def zones(self, region: Region) -> tuple[str, ...]:
        """Letters of the zones that the stack uses in `region`: the first `network.az_count`."""
        return region.zone_letters[: self.network.az_count]

    @property
    def pii_regions(self) -> tuple[str, ...]:
        """Names of the regions that may hold personal data; the primary alone unless `security.residency` says otherwise."""
        return self.security.residency or (self.primary.name,)
