"""Device classes and networks: who must be able to play a title, and how fast their line is."""

from dataclasses import dataclass
from typing import Final

from marquee.domain.ladder.codecs import VideoCodec, order
from marquee.domain.ladder.drm import PROTECTS, Protection, Scheme, System
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.tracks import AudioCodec, AudioTrack


@dataclass(frozen=True, kw_only=True)
class DeviceClass:
    """What every device of a class can do, not what its best one can."""

    name: str
    decodes: tuple[tuple[VideoCodec, str], ...]
    """Codec and the highest level of it."""
    audio: tuple[AudioCodec, ...]
    decrypts: tuple[tuple[System, Scheme], ...]
    source: str
    """Where this can be read."""

    def decodes_video(self, rendition: Rendition) -> bool:
        """Whether its decoders take the rendition, encryption apart."""
        highest = dict(self.decodes).get(rendition.codec)
        return highest is not None and order(rendition.codec, rendition.level) <= order(rendition.codec, highest)

    def decrypts_codec(self, codec: VideoCodec, protection: Protection) -> bool:
        """Whether a DRM system that is offered decrypts this codec here."""
        return any(
            system in protection.systems and scheme == protection.scheme and codec in PROTECTS[system].get(scheme, frozenset())
            for system, scheme in self.decrypts
        )

    def plays(self, rendition: Rendition, protection: Protection | None) -> bool:
        """Whether it decodes the rendition and, if it is encrypted, decrypts it."""
        return self.decodes_video(rendition) and (protection is None or self.decrypts_codec(rendition.codec, protection))

    def plays_audio(self, track: AudioTrack) -> bool:
        """Whether it decodes the track; whoever decrypts the picture decrypts the sound."""
        return track.codec in self.audio


@dataclass(frozen=True, kw_only=True)
class Network:
    """A kind of line."""

    name: str
    kbps: int
    """What a viewer on it can sustain, kbit/s, picture and sound together."""


APPLE: Final = DeviceClass(
    name="apple",
    decodes=(("avc", "5.1"), ("hevc", "5.1")),
    audio=("aac", "eac3"),
    decrypts=(("fairplay", "cbcs"),),
    source=(
        "Apple, HLS Authoring Specification for Apple Devices, 1.1 to 1.10 (AVC, "
        "HEVC), 3.1 (AAC, E-AC-3); AV1 needs an A17 Pro or M3 and so is no rule"
    ),
)
ANDROID: Final = DeviceClass(
    name="android",
    decodes=(("avc", "4.2"), ("hevc", "4.1"), ("av1", "4.1")),
    audio=("aac",),
    decrypts=(("widevine", "cenc"), ("widevine", "cbcs")),
    source="Android Compatibility Definition 14, 5.1 and 5.3; cbcs since Android 8 (google/ExoPlayer issue 4022)",
)
BROWSER: Final = DeviceClass(
    name="browser",
    decodes=(("avc", "5.2"), ("av1", "5.1")),
    audio=("aac",),
    decrypts=(("widevine", "cenc"), ("widevine", "cbcs")),
    source="Chromium media documentation, Audio/Video: HEVC and E-AC-3 depend on the platform; Widevine cbcs in Chrome and Firefox",
)
TELEVISION: Final = DeviceClass(
    name="television",
    decodes=(("avc", "4.2"), ("hevc", "5.1")),
    audio=("aac", "eac3"),
    decrypts=(("playready", "cenc"), ("playready", "cbcs"), ("widevine", "cenc"), ("widevine", "cbcs")),
    source="PlayReady, Content Encryption Modes: cbcs since PlayReady 4.0; HbbTV 2.0.3 section 7.3.1 (AVC, HEVC, AAC, E-AC-3)",
)
OLD_TELEVISION: Final = DeviceClass(
    name="old-television",
    decodes=(("avc", "4.1"),),
    audio=("aac", "eac3"),
    decrypts=(("playready", "cenc"),),
    source="PlayReady, Content Encryption Modes: before 4.0 only AES-CTR; HbbTV 1.5 section 7.3.1",
)

CELLULAR: Final = Network(name="cellular", kbps=700)
HOME: Final = Network(name="home", kbps=5_000)
FIBRE: Final = Network(name="fibre", kbps=25_000)
