"""What becomes of a bucket's objects with age: tidied, expired, or moved to a colder storage class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

StorageClass = Literal["STANDARD_IA", "ONEZONE_IA", "GLACIER_IR", "DEEP_ARCHIVE"]

MINIMUM_DAYS: Final[Mapping[StorageClass, int]] = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 90, "DEEP_ARCHIVE": 180}
"""Days of storage that S3 bills at least, once an object is in a class. Source: Amazon S3 User Guide, "Understanding storage classes"."""
_EARLIEST: Final[Mapping[StorageClass, int]] = {"STANDARD_IA": 30, "ONEZONE_IA": 30, "GLACIER_IR": 0, "DEEP_ARCHIVE": 0}
"""Days after creation before which S3 refuses the transition. Source: Amazon S3 User Guide, "Transitioning objects"."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """Objects move to `to` this many days after they were written.

    S3 leaves objects below 128 KB where they are, in every class: their overhead would cost more than it saves. That is the default of
    every lifecycle configuration since September 2024. Source: Amazon S3 User Guide, "Constraints for transitions".
    """

    days: int
    to: StorageClass

    def __post_init__(self) -> None:
        if self.days < _EARLIEST[self.to]:
            raise ValueError(f"S3 moves objects to {self.to} after {_EARLIEST[self.to]} days at the earliest, not {self.days}")


def rules(
    *,
    noncurrent_days: int,
    expire_days: Mapping[str, int],
    expire_tagged: Mapping[tuple[str, str], int],
    transitions: Sequence[Transition],
) -> list[dict[str, Any]]:
    """Rules of a BucketLifecycleConfiguration.

    `expire_days`: prefix → days; the empty prefix means every object. `expire_tagged`: key and value of a tag → days. Days count from an
    object's creation, not from when it got its tag: an older object goes at the next run, within a day or two.
    """
    tidy = {
        "id": "tidy",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": noncurrent_days},
        # Parts of an upload that was never completed are invisible, and are billed.
        "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
    }
    expire = [
        {"id": f"expire-{prefix.strip('/') or 'all'}", "status": "Enabled", "filter": {"prefix": prefix}, "expiration": {"days": days}}
        for prefix, days in expire_days.items()
    ]
    expire += [
        {
            "id": f"expire-{key.rpartition(':')[2]}",
            "status": "Enabled",
            "filter": {"tag": {"key": key, "value": value}},
            "expiration": {"days": days},
        }
        for (key, value), days in expire_tagged.items()
    ]
    cool = {
        "id": "cool",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "transitions": [{"days": step.days, "storage_class": step.to} for step in transitions],
    }
    return [tidy, *expire, *([cool] if transitions else [])]
