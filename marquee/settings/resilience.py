"""What survives a mistake."""

from typing import Annotated

from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Flag


class Resilience(Section):
    """Protection of data-bearing resources."""

    keep_data: Annotated[Flag, ByProfile(starter=False, mature=True)]
    """True: data-bearing resources are protected and outlive the stack. False: destroying the stack leaves nothing behind."""
