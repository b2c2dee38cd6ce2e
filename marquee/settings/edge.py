"""Where viewers reach the platform."""

from typing import Annotated, Literal

from marquee.settings._checks import Between
from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Country, Flag, HostedZoneId, ListOf, Number, WebOrigin, Whole
from marquee.settings.waf import Waf


class Invalidations(Section):
    """What taking titles down may cost at the CDN: a path costs 0.005 $ once the account's first 1,000 of a month are used up."""

    paths_per_hour: Annotated[Whole, Between(1, 3000)] = 100
    """Paths that a region invalidates in an hour at most; what is above waits. A title is one path."""
    paths_per_month: Annotated[Whole, Between(1, 100_000)] = 1000
    """Paths that all regions invalidate in a calendar month at most. What is above waits in the queue, and an alarm says so: raise it."""


class Edge(Section):
    """DNS of `identity.domain`, and CloudFront."""

    hosted_zone_id: HostedZoneId | None = None
    """Public hosted zone of `identity.domain` that exists already; null creates one. Example: Z0123456789ABCDEFGHIJ."""
    price_class: Annotated[Literal["PriceClass_100", "PriceClass_200", "PriceClass_All"], ByProfile("PriceClass_100", "PriceClass_All")]
    """Edge locations in use: North America, Europe and Israel; most others too; all. A change replaces nothing."""
    countries_allowed: Annotated[tuple[Country, ...], ListOf] = ()
    """Countries whose viewers are served; empty means every country. Two-letter codes of ISO 3166-1."""
    countries_blocked: Annotated[tuple[Country, ...], ListOf] = ()
    """Countries whose viewers are not served. Not together with `countries_allowed`."""
    player_origins: Annotated[tuple[WebOrigin, ...], ListOf] = ()
    """Origins of the web pages that play, for CORS; empty means `https://player.<identity.domain>`."""
    realtime_log_percent: Annotated[Whole, Between(0, 100), ByProfile(starter=0, mature=5)]
    """Percentage of requests that are in the real-time logs; 0 makes neither logs nor stream. CloudFront and Kinesis bill by the line."""
    canary_percent: Annotated[Number, Between(0, 15)] = 0
    """Percentage of viewers on a staging distribution; 0 makes none. Deploy without it first: a new distribution takes no canary.

    While there is one, HTTP/3 is off: CloudFront combines them not. docs/edge.md says how to get rid of it.
    """
    signing_key_days: Annotated[Whole, Between(2, 365)] = 30
    """Days until the key that signs cookies is replaced. What it signed is taken until the one after, so that nobody notices."""
    prefetch: Annotated[Flag, ByProfile(starter=False, mature=True)]
    """True: a published title's manifests and first segments are fetched through the edge, so that the first viewer finds them there."""
    invalidations: Invalidations = Invalidations()
    """How much may be invalidated."""
    waf: Waf
    """The firewall."""
    shield: Literal["none", "existing"] = "none"
    """`existing`: the account has subscribed to Shield Advanced, and distributions and load balancers come under it. The platform never
    subscribes: that is 3,000 dollars a month for a year."""
