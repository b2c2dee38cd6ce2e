"""What the platform may cost."""

from typing import Annotated

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import Whole


class Cost(Section):
    """The account's budget."""

    monthly_budget_usd: Annotated[Whole, Between(1, 100_000_000)] | None = None
    """US dollars a month at which `observability.alarm_email` hears of it; null sets no budget. Example: 500."""
