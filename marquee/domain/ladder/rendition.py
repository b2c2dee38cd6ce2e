"""A rendition: one rung of the ladder, before it meets a source."""

from dataclasses import dataclass
from fractions import Fraction

from marquee.domain.ladder.codecs import LEVELS, PROFILES, Profile, VideoCodec, codec_string, lowest_level, order

SMALLEST = (160, 90)  # pixels; a source of 5:1 is then still 32 high, the least that MediaConvert takes
LARGEST = (4096, 2304)  # pixels, the largest picture of level 5.1 in all three codecs
LOWEST_CAP = 30  # frames a second; a lower cap would halve ordinary video


@dataclass(frozen=True, kw_only=True)
class Rendition:
    """One rung: a box that the picture is fitted into, and what it may cost. ValueError names the field, the consequence and the fix."""

    codec: VideoCodec
    width: int
    height: int
    """Pixels of the box, landscape, even. A source of another shape is fitted inside; a portrait one turns the box."""
    max_kbps: int
    """Highest bitrate, kbit/s (QVBR's `MaxBitrate`, ffmpeg's `-maxrate`)."""
    quality: int
    """QVBR quality level, 1 to 10: 6 suits phones, 7 tablets and computers, 8 and more large screens."""
    level: str
    """Such as `4.1`; what a decoder must be able to do."""
    profile: Profile = "main"
    max_fps: int = 60
    """Frames a second; the source's rate is halved until it fits. 30 or more."""

    def __post_init__(self) -> None:
        self._check_box()
        if self.profile not in PROFILES[self.codec]:
            known = " or ".join(PROFILES[self.codec])
            raise ValueError(
                f"{self.name}: profile {self.profile!r} does not exist for {self.codec}, no encoder would take it; use {known}"
            )
        if not 1 <= self.quality <= 10:
            raise ValueError(f"{self.name}: quality {self.quality} is no QVBR level, MediaConvert would refuse the job; use 1 to 10")
        if not 100 <= self.max_kbps <= 100_000:
            raise ValueError(
                f"{self.name}: max_kbps {self.max_kbps} is outside 100 to 100,000, encoders would refuse it; write kbit/s, not bit/s"
            )
        if self.max_fps < LOWEST_CAP:
            raise ValueError(
                f"{self.name}: max_fps {self.max_fps} would halve video of {LOWEST_CAP} frames a second; use {LOWEST_CAP} or more"
            )
        self._check_level()

    def _check_box(self) -> None:
        if self.codec not in PROFILES:
            raise ValueError(f"codec {self.codec!r} is unknown, nothing could encode it; use {', '.join(PROFILES)}")
        if self.width % 2 or self.height % 2:
            raise ValueError(f"{self.name}: {self.width}x{self.height} is odd, 4:2:0 chroma has half of each side; make both even")
        if self.width < self.height:
            raise ValueError(f"{self.name}: the box {self.width}x{self.height} is portrait; write it landscape, portrait sources turn it")
        if not (SMALLEST[0] <= self.width <= LARGEST[0] and SMALLEST[1] <= self.height <= LARGEST[1]):
            raise ValueError(
                f"{self.name}: {self.width}x{self.height} is outside {SMALLEST[0]}x{SMALLEST[1]} to {LARGEST[0]}x{LARGEST[1]}, "
                "encoders or decoders would refuse it; choose a size between"
            )

    def _check_level(self) -> None:
        known = [level.number for level in LEVELS[self.codec]]
        if self.level not in known:
            raise ValueError(f"{self.name}: level {self.level!r} does not exist for {self.codec}; use one of {', '.join(known)}")
        needed = lowest_level(self.codec, self.width, self.height, Fraction(self.max_fps), self.max_kbps)
        if needed is None:
            raise ValueError(f"{self.name}: no level of {self.codec} holds this size, rate and bitrate; lower max_fps or max_kbps")
        if order(self.codec, self.level) < order(self.codec, needed):
            raise ValueError(
                f"{self.name}: level {self.level} is too low for {self.width}x{self.height} at {self.max_fps} frames "
                f"and {self.max_kbps} kbit/s, devices would stutter or refuse; use {needed} or more"
            )

    @property
    def name(self) -> str:
        """Names the rung in paths and manifests: `avc-1080p-7000k`."""
        return f"{self.codec}-{self.height}p-{self.max_kbps}k"

    @property
    def codecs(self) -> str:
        """Its codec string."""
        return codec_string(self.codec, self.profile, self.level)

    @property
    def pixels(self) -> int:
        """Pixels of the box."""
        return self.width * self.height
