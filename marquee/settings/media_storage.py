"""How masters and renditions are kept: locked, cooled, and gone when they are of no more use."""

from typing import Annotated, Literal

from marquee.settings._checks import Between
from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Whole

_Days = Annotated[Whole, Between(0, 36500)]


class MastersLock(Section):
    """Retention of every version of a master."""

    mode: Literal["governance", "compliance"]
    """`governance`: who holds s3:BypassGovernanceRetention may still delete. `compliance`: nobody may, not even the account's root user."""
    days: Annotated[Whole, Between(1, 36500)]
    """Days that a version cannot be deleted."""


class MediaStorage(Section):
    """Storage classes by age. A class bills for a least time, so that moving on too early costs more than it saves."""

    masters_glacier_ir_days: Annotated[_Days | None, ByProfile(starter=None, mature=30)]
    """Days until a master moves to Glacier Instant Retrieval, readable at once, billed for 90 days at least; null never moves it there."""
    masters_deep_archive_days: Annotated[_Days | None, ByProfile(starter=None, mature=365)]
    """Days until a master moves to Glacier Deep Archive, billed for 180 days at least; encoding it again waits two days. Null: never."""
    renditions_class: Annotated[Literal["standard", "standard_ia", "onezone_ia"], ByProfile(starter="standard", mature="standard_ia")]
    """Class of renditions after `renditions_days`. `onezone_ia` is lost with its zone, and comes back from another region or the master."""
    renditions_days: Annotated[Whole, Between(30, 36500)] = 90
    """Days until renditions move to `renditions_class`, 30 at least; means nothing for `standard`."""
    work_days: Annotated[Whole, Between(1, 30)] = 7
    """Days that chunks and plans of an encode are kept; an encode that takes longer starts anew."""
