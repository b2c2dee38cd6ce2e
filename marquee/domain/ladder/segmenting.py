"""Segments and groups of pictures, the same in every rendition, so that a player may switch at each segment."""

from dataclasses import dataclass
from fractions import Fraction

from marquee.domain.segments import gop_frames


@dataclass(frozen=True, kw_only=True)
class Segmenting:
    """A segment is a whole multiple of the group of pictures (GOP) and begins with a key frame."""

    seconds: Fraction = Fraction(6)
    gop_seconds: Fraction = Fraction(2)

    def __post_init__(self) -> None:
        if not 2 <= self.seconds <= 6:
            raise ValueError(
                f"segmenting: seconds {float(self.seconds):g} is outside 2 to 6, start-up or caching would suffer; choose one between"
            )
        if not Fraction(1, 2) <= self.gop_seconds <= self.seconds:
            raise ValueError(f"segmenting: gop_seconds {float(self.gop_seconds):g} is outside 0.5 to the segment; choose a part of it")
        if self.seconds % self.gop_seconds:
            raise ValueError(
                f"segmenting: seconds {float(self.seconds):g} is no whole multiple of gop_seconds {float(self.gop_seconds):g}, "
                "segments could not begin with a key frame; change either"
            )

    @property
    def groups(self) -> int:
        """Groups of pictures in a segment."""
        return int(self.seconds / self.gop_seconds)

    def gop_duration(self, lowest_fps: Fraction) -> Fraction:
        """Seconds that a group really lasts when its slowest rendition has this rate: 2.002 at 30000/1001 where 2 was asked for."""
        return gop_frames(lowest_fps, self.gop_seconds) / lowest_fps

    def duration(self, lowest_fps: Fraction) -> Fraction:
        """Seconds that a segment really lasts."""
        return self.groups * self.gop_duration(lowest_fps)
