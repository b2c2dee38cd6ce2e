"""Where viewers reach the platform."""

from marquee.settings._section import Section
from marquee.settings._vocabulary import HostedZoneId


class Edge(Section):
    """DNS of `identity.domain`."""

    hosted_zone_id: HostedZoneId | None = None
    """Public hosted zone of `identity.domain` that exists already; null creates one. Example: Z0123456789ABCDEFGHIJ."""
