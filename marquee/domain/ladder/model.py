"""The ladder: everything that decides what a title becomes, checked as a whole when it is made."""

from dataclasses import dataclass, field
from typing import Literal

from marquee.domain.ladder.checks import check, check_transport
from marquee.domain.ladder.devices import DeviceClass, Network
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack, Thumbnails, TrickPlay

Container = Literal["cmaf", "ts"]
"""What segments are: CMAF, which HLS and DASH share and players take, or MPEG-2 transport streams under HLS, which a packager takes."""


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Renditions, tracks, cutting, audience and protection. ValueError lists every broken rule, a line each."""

    renditions: tuple[Rendition, ...]
    audio: tuple[AudioTrack, ...]
    devices: tuple[DeviceClass, ...]
    networks: tuple[Network, ...]
    captions: tuple[CaptionTrack, ...] = ()
    thumbnails: Thumbnails | None = field(default_factory=Thumbnails)
    trick_play: TrickPlay | None = field(default_factory=TrickPlay)
    segmenting: Segmenting = field(default_factory=Segmenting)
    protection: Protection | None = field(default_factory=Protection)
    """None leaves everything clear, and manifests say so by having no keys."""
    container: Container = "cmaf"

    def __post_init__(self) -> None:
        problems = list(
            check(
                renditions=self.renditions,
                audio=self.audio,
                captions=self.captions,
                devices=self.devices,
                networks=self.networks,
                protection=self.protection,
            )
        )
        if self.container == "ts":
            problems += check_transport(
                renditions=self.renditions,
                audio=self.audio,
                thumbnails=self.thumbnails,
                trick_play=self.trick_play,
                protection=self.protection,
            )
        if problems:
            raise ValueError("\n".join(problems))

    def for_device(self, device: DeviceClass, network: Network) -> tuple[Rendition, ...]:
        """The renditions that this device plays on this network with its cheapest sound, in the ladder's order."""
        return tuple(
            rung for rung in self.renditions if device.plays(rung, self.protection) and rung.max_kbps + self.sound(device) <= network.kbps
        )

    def sound(self, device: DeviceClass) -> int:
        """Kbit/s of the cheapest audio that the device plays; 0 without audio."""
        return min((track.kbps for track in self.audio if device.plays_audio(track)), default=0)
