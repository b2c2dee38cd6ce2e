"""What a parser found in a manifest, the same for HLS and DASH, and the files that it lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from marquee.domain.ladder.manifests import Manifest, Picture, Sound

Kind = Literal["video", "audio", "text", "trick", "images"]


class BadManifestError(ValueError):
    """A manifest cannot be read, or leads where it must not; the message says why."""


class Files(Protocol):
    """What lies below the version's prefix."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Name → bytes."""
        ...

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        """A part of a file, or all of it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Track:
    """One stream that a manifest lists."""

    name: str
    """Of its playlist or representation, for messages."""
    kind: Kind
    stated: Picture | Sound | None = None
    """What the manifest says of it; None for text and images."""
    init: str | None
    """File that begins the stream; None for text and images."""
    segments: tuple[str, ...]
    """Files, in order."""
    seconds: float
    """Sum of what the manifest says of its segments."""
    scheme: str | None
    """`cbcs` or `cenc` if the manifest says that every segment is encrypted, else None."""
    systems: frozenset[str]
    """DRM systems that it names a key for."""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A whole manifest."""

    manifest: Manifest
    tracks: tuple[Track, ...]

    def of(self, *kinds: Kind) -> Iterable[Track]:
        """The tracks of these kinds, in the manifest's order."""
        return (track for track in self.tracks if track.kind in kinds)


def below(name: str) -> str:
    """A file name that stays below the manifest. Raises BadManifestError for any other: nothing else was written by the encoder."""
    if not name or "://" in name or name.startswith(("/", "data:")) or ".." in name.split("/") or "?" in name or "#" in name:
        raise BadManifestError(f"{name[:80]!r} is no file beside it")
    return name
