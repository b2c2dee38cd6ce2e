"""What a MediaConvert job is to make, read from the job's own settings."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NamedTuple

from marquee.domain.ladder.drm import KeyLabel, Protection
from marquee.domain.ladder.ffmpeg import Audio, Stills, Video
from marquee.domain.ladder.model import Container


class S3Place(NamedTuple):
    """Where something is in S3."""

    bucket: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A video output."""

    name: str
    """Base name of its files: the group's and the output's modifier."""
    video: Video
    sdr: bool
    """Whether an HDR input becomes SDR."""
    label: KeyLabel
    iframes: bool
    """Whether HLS gets a playlist of its key frames."""
    groups: frozenset[str]
    """The audio groups that HLS offers with it."""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """An audio output."""

    name: str
    audio: Audio
    group: str
    default: bool
    audio_only: bool
    """A variant of its own, without pictures."""
    as_long: bool
    """Whether it lasts as long as the picture."""


@dataclass(frozen=True, kw_only=True)
class Text:
    """A caption output: WebVTT, from a file or out of the picture."""

    name: str
    language: str
    source: S3Place | int
    """A WebVTT file, or the CEA-608 channel of the input's picture."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """How the outputs are encrypted, and who gives the keys."""

    protection: Protection
    url: str
    resource_id: str


@dataclass(frozen=True, kw_only=True)
class Captures:
    """Frames captured at an interval, each a file in a place of their own."""

    bucket: str
    prefix: str
    """Of every file's key, up to the last slash."""
    name: str
    """Begins every file's name; the number of the frame follows, in seven digits."""
    stills: Stills
    sdr: bool
    most: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """An output group, CMAF or HLS over transport streams, and captured frames beside it: everything that one job makes here."""

    master: S3Place
    kind: Container
    bucket: str
    prefix: str
    """Of every output's key, up to the last slash."""
    base: str
    """Begins every output's file name."""
    pictures: tuple[Picture, ...]
    sounds: tuple[Sound, ...]
    texts: tuple[Text, ...]
    segment: Fraction
    """Seconds."""
    padded: bool
    """Whether black follows a picture that ends before the sound."""
    stills: Stills | None
    captures: Captures | None
    trick_play: str | None
    """Name of DASH's stream of key frames, if there is one."""
    manifests: frozenset[Literal["hls", "dash"]]
    keys: Keys | None
