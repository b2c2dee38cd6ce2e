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
    "encrypted",
    "no_video",
    "bad_picture",
    "bad_duration",
    "bad_companion",
    "companion_lies",
    "withdrawn",
    "not_encodable",
    "bad_renditions",
]

EXPLAINED: Final[dict[Reason, str]] = {
    "bad_key": "its key is not masters/<title id>/<file name>",
    "empty": "it has no bytes",
    "too_large": "it is larger than media.max_master_gib allows",
    "not_media": "it is no MP4, QuickTime, Matroska, WebM, MPEG-TS or AVI file, whatever its name says",
    "refers_elsewhere": "its media are in another file, which it only points at",
    "truncated": "it ends before its container says that it does",
    "unreadable": "its structure cannot be read",
    "encrypted": "its media are encrypted, and nobody here has their key",
    "no_video": "it has no video track",
    "bad_picture": "its picture is too small, too large, too narrow or too fast for any decoder",
    "bad_duration": "it has no duration, or one outside a second to media.max_master_hours",
    "bad_companion": "the JSON or WebVTT file beside it cannot be used",
    "companion_lies": "it is not what the JSON file beside it says",
    "withdrawn": "its title is withdrawn; restore the title first",
    "not_encodable": "the encoder refuses it",
    "bad_renditions": "what was made of it is not complete, not protected or not as long",
}
"""Reason → the sentence that a user reads."""


DynamicRange = Literal["SDR", "PQ", "HLG"]
"""How a picture's brightness is coded: for ordinary screens, or in one of the two ways for brighter ones (ITU-R BT.2100)."""


class VideoTrack(TypedDict):
    """A video track."""

    codec: str
    """MediaInfo's name, such as `AVC` or `HEVC`."""
    width: int
    height: int
    """Pixels as displayed: turned and stretched as the file asks."""
    frameRate: str | None
    """Frames a second as a fraction, such as `30000/1001`: measured in Matroska and transport streams, else stated; None if it varies."""
    dynamicRange: DynamicRange
    endsMs: int | None
    """Milliseconds into the title, which begins with its first track; None if nothing tells."""


class AudioTrack(TypedDict):
    """An audio track."""

    codec: str
    channels: int
    sampleRate: int | None
    """Hz."""
    language: str | None
    endsMs: int | None


LeftOutKind = Literal["video", "audio", "text", "images"]


class LeftOut(TypedDict):
    """A track that the title does not have: only the first picture and the first sound are encoded, and captions come from elsewhere."""

    kind: LeftOutKind
    """`text` and `images` are subtitles; images have to be read by somebody."""
    codec: str
    language: str | None


class MediaFacts(TypedDict):
    """A sound master."""

    container: str
    durationMs: int
    video: list[VideoTrack]
    audio: list[AudioTrack]
    closedCaptions: list[int]
    """CEA-608 channels that its picture carries captions in, 1 to 4."""
    leftOut: list[LeftOut]
    encodeRate: str
    """Frames a second that it is encoded at, as a fraction: its own, or the usual one that is nearest to what a variable rate reaches."""
    gopFrames: int
    """Frames between key frames that the settings ask for at this rate."""
    segments: int
    """Segments that a rendition of it will have."""


class Companion(TypedDict):
    """A file beside a master, in the version that was judged with it."""

    key: str
    versionId: str
    etag: str


class Declared(TypedDict):
    """What the uploader says of a master, in a JSON file beside it."""

    title: str | None
    """For viewers; None leaves the title's id."""
    language: str | None
    """BCP 47, of its sound."""
    captions: dict[str, Companion]
    """Language → WebVTT file."""
    companions: list[Companion]
    """Every file that belongs to the master, the captions too."""


class Verdict(TypedDict):
    """What the probe returns for a file."""

    accepted: bool
    waits: bool
    """True for a companion: it is judged with its master, and stays where it is until then."""
    reason: Reason | None
    detail: str
    """One sentence for a person; empty if accepted."""
    media: MediaFacts | None
    declared: Declared
    """Empty but for `companions` where the file is refused."""
