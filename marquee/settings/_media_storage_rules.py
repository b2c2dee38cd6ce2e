"""What must hold between the fields of media storage."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from marquee.settings._broken import Broken, Rule
from marquee.settings._platform import Settings

_BILLED_IN_GLACIER_IR: Final = 90
"""Days that Glacier Instant Retrieval bills at least. Source: Amazon S3 User Guide, "Understanding and managing storage classes"."""


def archived_after_its_minimum(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Moving on before a class's least time is over is billed as if the object had stayed."""
    instant, deep = s.media.storage.masters_glacier_ir_days, s.media.storage.masters_deep_archive_days
    if instant is not None and deep is not None and deep < instant + _BILLED_IN_GLACIER_IR:
        why = f"comes less than {_BILLED_IN_GLACIER_IR} days after masters_glacier_ir_days, {instant}, so that both classes would be paid"
        fix = f"write at least {instant + _BILLED_IN_GLACIER_IR}, or make masters_glacier_ir_days null"
        yield Broken(("media", "storage", "masters_deep_archive_days"), why, fix)


def one_zone_has_another_copy(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """One Zone-IA loses its objects with the zone: other regions hold copies, or the stack promises to keep nothing."""
    if s.media.storage.renditions_class == "onezone_ia" and len(s.regions) == 1 and s.resilience.keep_data:
        why = "is lost with its zone, and no other region of this stack has a copy of what resilience.keep_data promises to keep"
        yield Broken(("media", "storage", "renditions_class"), why, "write standard_ia, add a region, or say keep_data: false")


def compliance_outlives_the_stack(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A stack that goes without residue cannot hold what nobody may delete."""
    if s.media.masters_lock is not None and s.media.masters_lock.mode == "compliance" and not s.resilience.keep_data:
        why = "keeps masters that nobody may delete, and resilience.keep_data false has the stack destroyed with its data"
        yield Broken(("media", "masters_lock", "mode"), why, "write governance, or keep_data: true")


MEDIA_STORAGE_RULES: tuple[Rule, ...] = (
    archived_after_its_minimum,
    one_zone_has_another_copy,
    compliance_outlives_the_stack,
)
