"""The ladder applied to one source: exact sizes, rates and groups of pictures. Every tool's settings are made from this."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from marquee.domain.ladder.codecs import lowest_level
from marquee.domain.ladder.drm import KeyLabel, key_label
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.tracks import AudioTrack
from marquee.domain.media import AudioTrack as Sound
from marquee.domain.media import DynamicRange, VideoTrack
from marquee.domain.segments import gop_frames

SMALLEST_SIDE = 64  # pixels; below it hardware decoders and x265 refuse
_NOTICED = Fraction(1, 2)  # seconds
WIDEST = 5  # aspect ratio; beyond it the lowest rung would be under MediaConvert's 32 pixels


@dataclass(frozen=True, kw_only=True)
class Source:
    """What the probe said of a master."""

    width: int
    height: int
    """Pixels as displayed."""
    fps: Fraction
    channels: int = 2
    """Of its first audio track, the one that is encoded; 0 without sound."""
    dynamic_range: DynamicRange = "SDR"
    picture_ends: Fraction | None = None
    """Second of the title at which the picture ends, well before the sound; None if it does not."""
    fill_until: Fraction | None = None
    """Seconds that the title lasts, if picture and sound end apart: black follows the one, or silence the other."""

    @classmethod
    def of(cls, video: Sequence[VideoTrack], audio: Sequence[Sound], fps: Fraction, duration: Fraction | None = None) -> "Source":
        """The first picture and the first sound of a title of `duration` seconds. ValueError for what no encoder would take."""
        picture, sound = video[0], audio[0] if audio else None
        lasts = duration or Fraction(0)
        dark = _ends_early(picture["endsMs"], lasts)
        return cls(
            width=picture["width"],
            height=picture["height"],
            fps=fps,
            channels=sound["channels"] if sound else 0,
            dynamic_range=picture["dynamicRange"],
            picture_ends=dark,
            fill_until=lasts if dark or (sound and _ends_early(sound["endsMs"], lasts)) else None,
        )

    def __post_init__(self) -> None:
        if min(self.width, self.height) < SMALLEST_SIDE:
            raise ValueError(
                f"source: {self.width}x{self.height} is below {SMALLEST_SIDE} pixels a side, decoders refuse it; send a larger one"
            )
        if max(self.width, self.height) > WIDEST * min(self.width, self.height):
            raise ValueError(f"source: {self.width}x{self.height} is beyond {WIDEST}:1, small rungs would vanish; letterbox the master")
        if not 1 <= self.fps <= 240:
            raise ValueError(f"source: {float(self.fps):g} frames a second is outside 1 to 240, it was misread or is no film; conform it")
        if self.channels < 0:
            raise ValueError(f"source: {self.channels} audio channels cannot be; pass 0 for a silent master")


def _ends_early(ends_ms: int | None, lasts: Fraction) -> Fraction | None:
    """When a track ends, if that is so early that players would notice; encoders and containers differ by some frames."""
    ends = lasts if ends_ms is None else Fraction(ends_ms, 1000)
    return ends if lasts - ends > _NOTICED else None


@dataclass(frozen=True, kw_only=True)
class Rung:
    """A rendition as this source gets it."""

    rendition: Rendition
    width: int
    height: int
    """Pixels, even, never above the source's."""
    fps: Fraction
    gop: int
    """Frames from one key frame to the next; lasts equally long in every rung."""

    @property
    def name(self) -> str:
        """The rendition's."""
        return self.rendition.name

    @property
    def key(self) -> KeyLabel:
        """Whose key encrypts it."""
        return key_label(self.width, self.height)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What one title is encoded to."""

    ladder: Ladder
    source: Source
    rungs: tuple[Rung, ...]
    audio: tuple[AudioTrack, ...]

    @property
    def lowest_fps(self) -> Fraction:
        """Rate of the slowest rung; all others are 2, 4, … times that."""
        return min(rung.fps for rung in self.rungs)

    @property
    def gop_duration(self) -> Fraction:
        """Seconds from one key frame to the next, in every rung."""
        return self.ladder.segmenting.gop_duration(self.lowest_fps)

    @property
    def segment_duration(self) -> Fraction:
        """Seconds of a segment, a whole number of groups of pictures."""
        return self.ladder.segmenting.duration(self.lowest_fps)

    @property
    def trick_size(self) -> tuple[int, int]:
        """Pixels of the trick-play stream; (0, 0) without one."""
        box = self.ladder.trick_play
        return fit(box.width, box.height, self.source) if box else (0, 0)

    @property
    def trick_level(self) -> str:
        """AVC level of the trick-play stream; empty without one."""
        box = self.ladder.trick_play
        return (lowest_level("avc", *self.trick_size, Fraction(1, box.interval), box.max_kbps) or "3.0") if box else ""

    @property
    def thumbnail_size(self) -> tuple[int, int]:
        """Pixels of one thumbnail; (0, 0) without any. MediaConvert takes a width of whole eights alone."""
        box = self.ladder.thumbnails
        if box is None:
            return 0, 0
        width = max(8, fit(box.width, box.height, self.source)[0] // 8 * 8)
        return width, _even(Fraction(width * self.source.height, self.source.width))


def for_source(ladder: Ladder, width: int, height: int, fps: Fraction, channels: int = 2, *, chosen: Sequence[str] | None = None) -> Plan:
    """The ladder without the rungs above this source; nothing is ever upscaled.

    A rung stays if its box is no larger than the source in the direction that binds. A device class that this leaves with nothing
    gets its lowest rendition at the source's own size. Tracks in 5.1 need six channels; a silent master has no audio.
    Rates are halved, never dropped irregularly, so that groups of pictures end together in all rungs.
    `chosen` names the only rungs to make, each of the fitting ones or of one at a lower bitrate.
    Raises ValueError for a source that no encoder would take, and for a chosen rung that is none of these.
    """
    return plan_of(ladder, Source(width=width, height=height, fps=fps, channels=channels), chosen=chosen)


def plan_of(ladder: Ladder, source: Source, *, chosen: Sequence[str] | None = None) -> Plan:
    """The same of a source."""
    fitting = {rung for rung in ladder.renditions if not _upscales(rung, source)}
    kept = [rung for rung in ladder.renditions if rung in fitting | _needed(ladder, fitting)]
    kept = kept if chosen is None else _choose(kept, chosen)
    rates = [_halved(source.fps, rung.max_fps) for rung in kept]
    gop = gop_frames(min(rates), ladder.segmenting.gop_seconds)
    rungs = tuple(_rung(rung, source, rate, gop * int(rate / min(rates))) for rung, rate in zip(kept, rates, strict=True))
    audio = tuple(track for track in ladder.audio if _can_be_made(track, source.channels))
    return Plan(ladder=ladder, source=source, rungs=rungs, audio=audio)


def fit(width: int, height: int, source: Source) -> tuple[int, int]:
    """The largest even size of the source's shape inside the box and inside the source; a portrait source turns the box."""
    if source.height > source.width:
        width, height = height, width
    scale = min(Fraction(width, source.width), Fraction(height, source.height), Fraction(1))
    return _even(source.width * scale), _even(source.height * scale)


def _upscales(rung: Rendition, source: Source) -> bool:
    long, short = max(source.width, source.height), min(source.width, source.height)
    return rung.width > long and rung.height > short


def _needed(ladder: Ladder, fitting: set[Rendition]) -> set[Rendition]:
    """The lowest rendition of each device class that the fitting ones would leave with nothing."""
    unserved = [device for device in ladder.devices if not any(device.plays(rung, ladder.protection) for rung in fitting)]
    return {next(rung for rung in ladder.renditions if device.plays(rung, ladder.protection)) for device in unserved}


def _choose(fitting: Sequence[Rendition], names: Sequence[str]) -> list[Rendition]:
    """The fitting renditions of these names, in the ladder's order. A name's bitrate may be lower than the ladder's, never higher."""
    if not names:
        raise ValueError("rungs: none is chosen, nothing would be encoded; name at least one, or leave the choice out")
    chosen = [_lowered(fitting, name) for name in dict.fromkeys(names)]
    return [rung for _, rung in sorted(chosen, key=lambda pair: (pair[0], pair[1].max_kbps))]


def _lowered(fitting: Sequence[Rendition], name: str) -> tuple[int, Rendition]:
    shape, _, rate = name.rpartition("-")
    kbps = int(rate[:-1]) if rate.endswith("k") and rate[:-1].isdecimal() else 0
    for place, rung in enumerate(fitting):
        if f"{rung.codec}-{rung.height}p" == shape and 0 < kbps <= rung.max_kbps:
            return place, replace(rung, max_kbps=kbps)
    known = ", ".join(rung.name for rung in fitting)
    raise ValueError(f"rungs: {name!r} is none of what fits this source; choose of {known}, at these bitrates or lower")


def _rung(rendition: Rendition, source: Source, rate: Fraction, gop: int) -> Rung:
    width, height = fit(rendition.width, rendition.height, source)
    return Rung(rendition=rendition, width=width, height=height, fps=rate, gop=gop)


def _halved(fps: Fraction, cap: int) -> Fraction:
    while fps > cap:
        fps /= 2
    return fps


def _even(side: Fraction) -> int:
    return int(side) // 2 * 2


def _can_be_made(track: AudioTrack, channels: int) -> bool:
    """Stereo is made of anything that sounds, 5.1 only of 5.1: an upmix would be a lie."""
    return channels > 0 if track.channels == 2 else track.channels <= channels
