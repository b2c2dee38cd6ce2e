"""How good each rendition looks beside its master: real VMAF, on a few seconds of the middle."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import m3u8

from marquee.cli._renditions import Renditions, Stream
from marquee.cli._tools import ffmpeg
from marquee.domain.ladder import vmaf
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.per_title import LARGEST
from marquee.domain.media import DynamicRange
from marquee.domain.publishing import Playback

_MOST_SECONDS: Final = 4


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What is compared."""

    segment: int
    """Its index; segments are as long in every rendition."""
    start: Fraction
    seconds: Fraction
    tones: DynamicRange
    """The master's."""


def measure(
    renditions: Renditions, playback: Playback, master: Path, keys: Mapping[KeyLabel, str], *, tones: DynamicRange
) -> dict[str, float]:
    """Rendition → VMAF, 0 to 100, against the file that was ingested, whose dynamic range is `tones`, mapped as viewers get it.

    Every fifth picture of at most 4 s, at 720 lines at most.
    """
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        part = _middle(renditions, playback, tones)
        rates = {each["frameRate"] for each in playback["renditions"]}
        references = {rate: _reference(master, playback, part, rate, folder) for rate in sorted(rates)}
        return {
            stream.name: _score(_clear(renditions, stream, part, keys, folder), references[stream.info["frameRate"]], playback, folder)
            for stream in renditions.streams()
            if stream.info is not None
        }


def _middle(renditions: Renditions, playback: Playback, tones: DynamicRange) -> _Part:
    master: Any = m3u8.loads(renditions.text(playback["hls"]))
    playlist: Any = m3u8.loads(renditions.text(next(each.uri for each in master.playlists if each.stream_info.resolution)))
    lengths = [Fraction(str(segment.duration)) for segment in playlist.segments]
    number = (len(lengths) - 1) // 2
    start, seconds = sum(lengths[:number], Fraction(0)), min(lengths[number], Fraction(_MOST_SECONDS))
    return _Part(segment=number, start=start, seconds=seconds, tones=tones)


def _score(distorted: str, reference: str, playback: Playback, folder: Path) -> float:
    log = "vmaf.json"
    ffmpeg(vmaf.arguments(distorted, reference, *_size(playback), log), folder)
    return vmaf.score((folder / log).read_text())


def _size(playback: Playback) -> tuple[int, int]:
    width, height = max((each["width"], each["height"]) for each in playback["renditions"])
    scale = min(Fraction(1), Fraction(LARGEST, min(width, height)))
    return int(width * scale) // 2 * 2, int(height * scale) // 2 * 2


def _reference(master: Path, playback: Playback, part: _Part, rate: str, folder: Path) -> str:
    """The same seconds of the master, lossless, at the largest rendition's size within 720 lines and at the rendition's rate."""
    width, height = _size(playback)
    name = f"reference-{rate.replace('/', '-')}.mkv"
    ffmpeg(
        [
            "-ss", f"{float(part.start):.6f}", "-i", master.resolve(), "-t", f"{float(part.seconds):.6f}",
            "-map", "0:V:0", "-an", "-sn", "-dn",
            "-vf", vmaf.reference(width, height, part.tones), "-r", rate, "-fps_mode", "cfr",
            "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", name,
        ],
        folder,
    )  # fmt: skip
    return name


def _clear(renditions: Renditions, stream: Stream, part: _Part, keys: Mapping[KeyLabel, str], folder: Path) -> str:
    secrets = [keys[stream.label]] if stream.label else []
    fetched = renditions.fetch(stream, stream.segments[part.segment : part.segment + 1], folder / f"{stream.name}-encrypted.mp4")
    name = f"{stream.name}.mp4"
    keyed = [word for key in secrets for word in ("-decryption_key", key)]
    ffmpeg([*keyed, "-i", fetched, "-c", "copy", "-t", f"{float(part.seconds):.6f}", name], folder, secrets=secrets)
    return name
