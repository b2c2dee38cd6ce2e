"""What a probe may say of an upload: the facts of a sound one, or why it is refused."""

from typing import Final, Literal, TypedDict

Reason = Literal[
    "bad_key",
    "empty",
    "too_large",
    "not_media",
    "refers_elsewhere",
    "truncated",
    "unreadable",
    "no_video",
    "bad_duration",
]

EXPLAINED: Final[dict[Reason, str]] = {
    "bad_key": "its key is not masters/<title id>/<file name>",
    "empty": "it has no bytes",
    "too_large": "it is larger than media.max_master_gib allows",
    "not_media": "it is no MP4, QuickTime, Matroska, WebM, MPEG-TS or AVI file, whatever its name says",
    "refers_elsewhere": "its media are in another file, which it only points at",
    "truncated": "it ends before its container says that it does",
    "unreadable": "its structure cannot be read",
    "no_video": "it has no video track",
    "bad_duration": "it has no duration, or one beyond two days",
}
"""Reason → the sentence that a user reads."""


class VideoTrack(TypedDict):
    """A video track."""

    codec: str
    """MediaInfo's name, such as `AVC` or `HEVC`."""
    width: int
    height: int
    frameRate: str | None
    """Frames a second as a fraction, such as `30000/1001`; None where the file states no constant one (transport streams, fragments)."""


class AudioTrack(TypedDict):
    """An audio track."""

    codec: str
    channels: int
    sampleRate: int | None
    """Hz."""
    language: str | None


class MediaFacts(TypedDict):
    """A sound master."""

    container: str
    durationMs: int
    video: list[VideoTrack]
    audio: list[AudioTrack]
    gopFrames: int | None
    """Frames between key frames that the settings ask for at this frame rate."""
    segments: int
    """Segments that a rendition of it will have."""


class Verdict(TypedDict):
    """What the probe returns for a file."""

    accepted: bool
    reason: Reason | None
    detail: str
    """One sentence for a person; empty if accepted."""
    media: MediaFacts | None
