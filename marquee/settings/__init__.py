"""The typed settings of a stack: what `Pulumi.<stack>.yaml` holds under `marquee:platform`."""

from marquee.settings._load import load
from marquee.settings._platform import Settings
from marquee.settings._problem import Problem, SettingsError
from marquee.settings.accounts import Accounts
from marquee.settings.cost import Cost
from marquee.settings.drm import Drm
from marquee.settings.edge import Edge
from marquee.settings.identity import Identity
from marquee.settings.live import Live, LiveChannel
from marquee.settings.media import Media
from marquee.settings.network import EndpointService, ExistingNetwork, Network
from marquee.settings.observability import Observability, Slo
from marquee.settings.playback import Playback
from marquee.settings.regions import Region, RegionRole
from marquee.settings.resilience import Resilience
from marquee.settings.routing import Routing
from marquee.settings.security import Exemption, Security

__all__ = [
    "Accounts",
    "Cost",
    "Drm",
    "Edge",
    "EndpointService",
    "Exemption",
    "ExistingNetwork",
    "Identity",
    "Live",
    "LiveChannel",
    "Media",
    "Network",
    "Observability",
    "Playback",
    "Problem",
    "Region",
    "RegionRole",
    "Resilience",
    "Routing",
    "Security",
    "Settings",
    "SettingsError",
    "Slo",
    "load",
]
