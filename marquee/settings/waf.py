"""The firewall before CloudFront and before each region's load balancer."""

from typing import Annotated, Literal

from marquee.settings._checks import Between
from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Flag, Whole


class Waf(Section):
    """AWS WAF. Blocked and allowed countries are CloudFront's own matter: `edge.countries_allowed`, `edge.countries_blocked`."""

    mode: Literal["block", "count"] = "block"
    """`count` lets pass what it would stop, and counts it: for the first week before a new audience. Floods are stopped in both, and
    the policy pack asks for exemptions for that week."""
    anonymous_addresses: Literal["block", "count"] = "count"
    """Viewers behind VPNs, proxies and hosting providers. `block` where licences forbid them; that keeps some offices out too."""
    bot_control: Annotated[Flag, ByProfile(starter=False, mature=True)]
    """True: AWS's bot control looks at requests to the API, at 10 dollars a month and one for each million of them."""
    requests_per_address: Annotated[Whole, Between(100, 1_000_000)] = 10_000
    """Requests of one address in five minutes before it is stopped. A household behind one address plays several segments a second."""
    requests_per_session: Annotated[Whole, Between(100, 1_000_000)] = 3_000
    """Requests of one playback session in five minutes before it is stopped. A player asks for one or two segments a second."""
