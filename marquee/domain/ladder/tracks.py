"""What goes with the picture: audio, captions, thumbnails and trick play."""

import re
from dataclasses import dataclass
from typing import Final, Literal

AudioCodec = Literal["aac", "eac3"]
CaptionKind = Literal["webvtt", "cea608"]

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CHANNELS: Final[dict[AudioCodec, int]] = {"aac": 2, "eac3": 6}
_KBPS: Final[dict[AudioCodec, tuple[int, int]]] = {"aac": (48, 512), "eac3": (192, 1024)}
AUDIO_STRINGS: Final[dict[AudioCodec, str]] = {"aac": "mp4a.40.2", "eac3": "ec-3"}
"""Codec → its string in `CODECS`. Sources: RFC 6381 3.3; ETSI TS 102 366 annex F."""


UNKNOWN: Final = "und"
"""The language that nobody named."""


def is_language(text: str) -> bool:
    """Whether it is written as a BCP 47 tag."""
    return bool(_LANGUAGE.fullmatch(text))


def _check_language(where: str, language: str) -> None:
    if not is_language(language):
        raise ValueError(f"{where}: language {language!r} is no BCP 47 tag, players could not choose it; write `en` or `pt-BR`")


@dataclass(frozen=True, kw_only=True)
class AudioTrack:
    """AAC in stereo or E-AC-3 in 5.1, 48 kHz."""

    codec: AudioCodec
    kbps: int
    language: str = UNKNOWN
    """BCP 47; `und` if nobody said."""
    audio_only: bool = False
    """Also offered as a variant without a picture, for the worst networks. AAC only."""

    def __post_init__(self) -> None:
        low, high = _KBPS[self.codec]
        if not low <= self.kbps <= high:
            raise ValueError(
                f"audio {self.name}: {self.kbps} kbit/s is outside {low} to {high}, the encoder would refuse it or it would sound bad"
            )
        if self.audio_only and self.codec != "aac":
            raise ValueError(f"audio {self.name}: audio_only asks every device to decode {self.codec}, many do not; offer an AAC track so")
        _check_language(f"audio {self.name}", self.language)

    @property
    def channels(self) -> int:
        """2, or 6 for 5.1."""
        return _CHANNELS[self.codec]

    @property
    def name(self) -> str:
        """Names the track in paths and manifests: `aac-en-128k`."""
        return f"{self.codec}-{self.language}-{self.kbps}k"

    @property
    def group(self) -> str:
        """Its audio group in the HLS master: one a codec, since a variant states the codecs of one group."""
        return "audio-only" if self.audio_only else f"audio-{self.codec}"

    @property
    def codecs(self) -> str:
        """Its codec string."""
        return AUDIO_STRINGS[self.codec]


@dataclass(frozen=True, kw_only=True)
class CaptionTrack:
    """WebVTT beside the picture, or the source's CEA-608 passed through inside it."""

    kind: CaptionKind
    language: str
    channel: int = 1
    """CEA-608 channel, 1 to 4; unused for WebVTT."""

    def __post_init__(self) -> None:
        _check_language(f"captions {self.name}", self.language)
        if not 1 <= self.channel <= 4:
            raise ValueError(f"captions {self.name}: channel {self.channel} does not exist in CEA-608; use 1 to 4")

    @property
    def name(self) -> str:
        """`webvtt-en`, `cc1-en`."""
        return f"cc{self.channel}-{self.language}" if self.kind == "cea608" else f"webvtt-{self.language}"


@dataclass(frozen=True, kw_only=True)
class Thumbnails:
    """Pictures for the seek bar, tiled into sheets."""

    interval: int = 10
    """Seconds from one to the next."""
    width: int = 160
    height: int = 90
    """Pixels of the box that a thumbnail is fitted into."""
    columns: int = 10
    rows: int = 10

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= 60:
            raise ValueError(
                f"thumbnails: interval {self.interval} s is outside 1 to 60, seeking would show nothing or cost much; use about 10"
            )
        if self.width % 2 or self.height % 2 or min(self.width, self.height) < 16:
            raise ValueError(
                f"thumbnails: {self.width}x{self.height} is odd or tiny, JPEG's 4:2:0 would blur it; use even sides of 16 or more"
            )
        if min(self.columns, self.rows) < 1 or max(self.columns * self.width, self.rows * self.height) > 4096:
            raise ValueError(
                "thumbnails: a sheet is empty or beyond 4096 pixels a side, which old devices cannot decode; use fewer columns or rows"
            )


@dataclass(frozen=True, kw_only=True)
class TrickPlay:
    """A stream of its own for fast winding: key frames alone, no audio."""

    interval: int = 1
    """Seconds from one picture to the next."""
    width: int = 480
    height: int = 270
    max_kbps: int = 200

    def __post_init__(self) -> None:
        if not 1 <= self.interval <= 10:
            raise ValueError(f"trick_play: interval {self.interval} s is outside 1 to 10, winding would jump; use 1 or 2")
        within = 160 <= self.width <= 1280 and 90 <= self.height <= 720 and self.width >= self.height
        if self.width % 2 or self.height % 2 or not within:
            raise ValueError(f"trick_play: {self.width}x{self.height} must be even, landscape and 160x90 to 1280x720")
        if not 50 <= self.max_kbps <= 2000:
            raise ValueError(f"trick_play: max_kbps {self.max_kbps} is outside 50 to 2000, it would compete with the picture itself")

    @property
    def name(self) -> str:
        """Names the stream in paths and manifests."""
        return f"trick-{self.height}p"
