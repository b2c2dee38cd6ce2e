"""Who this platform is: its name in AWS and in DNS, and whose it is."""

from marquee.settings._section import Section
from marquee.settings._vocabulary import DomainName, IdentityName, TagText


class Identity(Section):
    """Names and owners; they enter every resource's name or tags."""

    name: IdentityName
    """First part of every physical name; changing it replaces the platform. Example: marquee."""
    domain: DomainName
    """Public domain of the platform, a zone of its own. Example: media.example.org."""
    owner: TagText
    """Team that answers for it, the tag `Owner`. Example: streaming-platform."""
    cost_centre: TagText
    """Where the bill goes, the tag `CostCentre`. Example: cc-1234."""
