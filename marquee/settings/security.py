"""Who may hold what, and which rules are bent for how long."""

from typing import Annotated, Literal

from marquee.settings._section import Section
from marquee.settings._vocabulary import ControlId, Date, ListOf, Reason, RegionName, Repository, ResourcePattern, TagText


class Exemption(Section):
    """One control that one set of resources need not meet, until a day. The policy pack reports expired and unused ones."""

    control: ControlId
    """Id of the control, from `marquee policy list`. Example: N3."""
    resource: ResourcePattern
    """URN or logical name of the resource, `*` for any characters. Example: "*::ingress-*"."""
    reason: Reason
    """Why, for a stranger, in 10 to 500 characters."""
    owner: TagText
    """Who answers for it. Example: streaming-platform."""
    expires: Date
    """Last day on which it counts, in quotes. Example: "2027-01-31"."""


class Security(Section):
    """Residency, the account's own settings, and exemptions from the policy pack."""

    residency: Annotated[tuple[RegionName, ...], ListOf] = ()
    """Regions that may hold personal data, a part of the stack's; empty is the primary alone. Example: [eu-west-1]."""
    account_baseline: Literal["managed", "external"] = "managed"
    """Settings that an account has once: `managed` by this stack, or `external`, by another stack of the same account."""
    ci_repository: Repository | None = None
    """GitHub repository whose workflows may deploy; null allows none. Example: example/platform."""
    exemptions: Annotated[tuple[Exemption, ...], ListOf] = ()
    """Controls not met, each for a reason and until a day."""
