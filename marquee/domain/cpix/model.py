"""CPIX 2.3 documents as SPEKE v2.0 profiles them.

Request and response are one document: the encryptor names keys, DRM systems, periods and rules and leaves out the values; the provider
returns all of it with the values filled in, since an encryptor stops where something that it sent comes back empty.
Source: SPEKE API specification, "SPEKE API v2 - Customizations and constraints to the DASH-IF specification".
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

SPEKE_VERSION: Final = "2.0"
"""Value of the header `X-Speke-Version`, on requests and responses."""
CPIX_VERSION: Final = "2.3"
"""Value of `CPIX@version` that belongs to it."""

CPIX: Final = "urn:dashif:org:cpix"
PSKC: Final = "urn:ietf:params:xml:ns:keyprov:pskc"
"""The namespaces."""

Datum = Literal["pssh", "content_protection", "hls_media", "hls_master", "smooth"]
"""What a DRM system puts into media and manifests."""

ELEMENTS: Final[dict[Datum, tuple[str, str | None]]] = {
    "pssh": ("PSSH", None),
    "content_protection": ("ContentProtectionData", None),
    "hls_media": ("HLSSignalingData", "media"),
    "hls_master": ("HLSSignalingData", "master"),
    "smooth": ("SmoothStreamingProtectionHeaderData", None),
}
"""Datum → element and its `playlist`, in the order of the schema."""


class CpixError(ValueError):
    """A document that cannot be processed; its text names the reason and holds no key."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """A content key, or the wish for one."""

    kid: uuid.UUID
    scheme: str
    """`cenc` or `cbcs`, the same for all keys of a document."""
    iv: bytes | None = None
    """16 bytes that the encryptor chose, or None where it chooses later."""
    secret: bytes | None = field(default=None, repr=False)
    """16 bytes, or None in a request."""


@dataclass(frozen=True, kw_only=True)
class DrmSystem:
    """The data of one DRM system for one key. A datum that is absent was not asked for; an empty one is a wish."""

    kid: uuid.UUID
    system_id: uuid.UUID
    data: Mapping[Datum, bytes]


@dataclass(frozen=True, kw_only=True)
class Period:
    """A crypto period of live content, known by its index."""

    id: str
    index: int


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which streams a rule means: `VideoFilter` or `AudioFilter` with its limits."""

    element: Literal["VideoFilter", "AudioFilter"]
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    """Such as `maxPixels`, as in the schema; flags are 0 or 1."""


@dataclass(frozen=True, kw_only=True)
class UsageRule:
    """Which streams a key encrypts."""

    kid: uuid.UUID
    track_type: str
    """`intendedTrackType`, unique in a contract (a period): `SD`, `AUDIO` and so on."""
    filters: tuple[Filter, ...] = ()
    period_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Document:
    """One exchange between encryptor and provider."""

    content_id: str
    keys: tuple[Key, ...]
    systems: tuple[DrmSystem, ...]
    rules: tuple[UsageRule, ...]
    periods: tuple[Period, ...] = ()
