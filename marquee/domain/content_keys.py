"""Which keys a title version has, what they are called, and how a title version is named to a key provider.

A key is never stored and never here: the provider makes it from its id. Source of the labels: SPEKE v2.0 presets
PRESET-VIDEO-3 and PRESET-AUDIO-1.
"""

import re
import uuid
from dataclasses import dataclass
from typing import Final, get_args

from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.titles import is_title_id

LABELS: Final[tuple[KeyLabel, ...]] = get_args(KeyLabel)
LIVE: Final = "live"
"""Stands for the version of a live channel: it has one for ever, and its keys change by period instead."""
KEY_BYTES: Final = 16

_VERSION: Final = re.compile(rf"[0-9a-f]{{16}}|{LIVE}")
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:marquee:content-key")


@dataclass(frozen=True)
class Content:
    """A title version, or a live channel: what one set of keys protects. Raises ValueError for anything else."""

    title: str
    version: str
    """16 hexadecimal digits, or `LIVE`."""

    def __post_init__(self) -> None:
        if not is_title_id(self.title):
            raise ValueError(f"{self.title!r} is no title id")
        if not _VERSION.fullmatch(self.version):
            raise ValueError(f"{self.version!r} is no version of a title: 16 hexadecimal digits, or {LIVE}")

    @property
    def id(self) -> str:
        """The content id of SPEKE, which MediaConvert and MediaPackage call resource id: `[0-9a-zA-Z_-]{1,256}`.

        A title id has no `_`, so that the name leads back to title and version. Pattern: MediaPackage V2 API Reference, SpekeKeyProvider.
        """
        return f"{self.title}_{self.version}"

    @classmethod
    def of(cls, content_id: str) -> "Content":
        """The inverse of `id`. Raises ValueError for a name that is not ours."""
        title, separator, version = content_id.rpartition("_")
        if not separator:
            raise ValueError(f"{content_id!r} names no title version")
        return cls(title, version)


def key_id(content: Content, label: KeyLabel, period: int | None = None) -> uuid.UUID:
    """The id of a key, the same at every call and in every region; of one `period` (its index) where keys rotate.

    Ids are no secret: they stand in manifests and in the media.
    """
    name = f"{content.id}/{label}" if period is None else f"{content.id}/{label}/{period}"
    return uuid.uuid5(_NAMESPACE, name)


def key_ids(content: Content) -> dict[KeyLabel, uuid.UUID]:
    """The whole set of a title version, whichever of them its streams use."""
    return {label: key_id(content, label) for label in LABELS}


def content_key(mac: bytes) -> bytes:
    """The key out of the HMAC-SHA256 of its id: the first 16 of 32 bytes. Raises ValueError for a MAC of another length."""
    if len(mac) != 32:
        raise ValueError(f"a MAC of {len(mac)} bytes is no HMAC-SHA256")
    return mac[:KEY_BYTES]
