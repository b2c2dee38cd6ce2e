"""What the catalogue says of a title version that plays: all that players, the edge and the licence endpoint need to find."""

from typing import TypedDict

from marquee.domain.ladder.drm import KeyLabel, Scheme


class RenditionInfo(TypedDict):
    """One picture."""

    name: str
    """Names the rendition as the ladder does: `avc-720p-4000k`."""
    codecs: str
    """RFC 6381."""
    width: int
    height: int
    """Pixels."""
    frameRate: str
    """Frames a second, as a fraction."""
    key: KeyLabel | None
    """Whose key encrypts it; None if it is clear."""
    bytes: int
    """Of all its segments."""
    kbps: int
    """Average."""


class SoundInfo(TypedDict):
    """One sound."""

    codecs: str
    channels: int
    language: str


class CaptionInfo(TypedDict):
    """One text."""

    language: str
    label: str
    """For viewers."""


class Playback(TypedDict):
    """A title version as it plays."""

    bucket: str
    prefix: str
    """`titles/<title id>/<version>/`; every name below is below it."""
    hls: str
    dash: str
    """Names of the manifests, below `_jit/` where they are packaged just in time (`marquee.domain.packaging`)."""
    thumbnails: str | None
    """Name of the WebVTT of the seek bar's pictures."""
    scheme: Scheme | None
    """None: it is clear, or encrypted only as it is packaged just in time."""
    keys: dict[KeyLabel, str]
    """Label → key id (UUID), for the streams that there are. The index from an id to its title version is the key provider's."""
    durationMs: int
    segments: int
    """Of each picture."""
    bytes: int
    """Of all its files; just-in-time packaging's source too."""
    renditions: list[RenditionInfo]
    audio: list[SoundInfo]
    captions: list[CaptionInfo]
