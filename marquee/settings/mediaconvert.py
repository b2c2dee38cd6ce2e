"""MediaConvert as the encoder: how its queue is paid for."""

from typing import Annotated, Literal

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import Whole


class Reservation(Section):
    """Transcoding slots bought for a year. Neither cancelling nor destroying the stack gives the money back."""

    slots: Annotated[Whole, Between(1, 200)]
    """Slots, each of which runs one job at a time."""
    commitment: Literal["one_year"]
    """The term, which has to be named so that nobody buys it by mistake. MediaConvert has no other."""
    renewal: Literal["expire", "auto_renew"] = "expire"
    """What happens at the end of the term. `auto_renew` buys another year."""


class MediaConvert(Section):
    """Read only if `media.encoder` is `mediaconvert`."""

    reserved: Reservation | None = None
    """Reserved slots instead of payment by the minute; null buys nothing."""
    concurrent_jobs: Annotated[Whole, Between(1, 1000)] | None = None
    """Most jobs of the queue at a time; null leaves the account's own limit."""
