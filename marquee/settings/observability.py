"""What is kept of the platform's behaviour, and what it promises."""

from typing import Annotated

from marquee.settings._checks import Between
from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import EmailAddress, Number, RetentionDays, Whole


class Slo(Section):
    """Service-level objectives over 30 days; alarms are derived from them."""

    availability_percent: Annotated[Number, Between(90, 99.999), ByProfile(starter=99.5, mature=99.95)]
    """Share of requests that succeed, in percent, 90 to 99.999."""
    latency_p99_ms: Annotated[Whole, Between(10, 30_000), ByProfile(starter=1000, mature=500)]
    """99th percentile of the response time in milliseconds, 10 to 30000."""


class Observability(Section):
    """Logs, objectives and who is called."""

    log_retention_days: Annotated[RetentionDays, ByProfile(starter=30, mature=365)]
    """Days that logs are kept, one of the values CloudWatch Logs offers."""
    slo: Slo
    """Service-level objectives."""
    alarm_email: EmailAddress | None = None
    """Who hears of alarms and of the budget; needed in mature. Example: oncall@example.org."""
