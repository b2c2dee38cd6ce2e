"""What ffprobe says of a master, read through one open descriptor and no other way."""

import json
import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from marquee.domain.media import DynamicRange
from marquee.emulator.media import tools
from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.pool import Pool, Task, ToolError

_CONTAINERS: Final = {
    "mov,mp4,m4a,3gp,3g2,mj2": "mov",
    "matroska,webm": "matroska",
    "mpegts": "mpegts",
    "avi": "avi",
}
"""What ffprobe calls a container → the demuxer that the encodes are then held to. No playlist and no list of files is among them."""

_RANGES: Final[dict[str, DynamicRange]] = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


@dataclass(frozen=True, kw_only=True)
class Probed:
    """A master that can be encoded."""

    demuxer: str
    duration: Fraction
    """Seconds."""
    width: int
    height: int
    """Pixels as stored."""
    dynamic_range: DynamicRange
    sound: bool


def probe(pool: Pool, master: Path, cancelled: threading.Event) -> Probed:
    """Look into `master`. Raises JobError for what no encoder would take."""
    allowed = ",".join(_CONTAINERS)
    command = [
        *(tools.ffprobe(), "-v", "error", "-protocol_whitelist", "fd", "-format_whitelist", allowed, "-fd", "{fd}"),
        *("-show_format", "-show_streams", "-of", "json", "fd:"),
    ]
    try:
        found: Any = json.loads(pool.run(Task(command=command, opened=master, folder=master.parent, cancelled=cancelled)))
    except (ToolError, ValueError) as error:
        raise JobError(Code.INPUT, "The input is no container that can be read") from error
    video = next((stream for stream in found.get("streams", []) if _is_video(stream)), None)
    demuxer = _CONTAINERS.get(found.get("format", {}).get("format_name", ""))
    if demuxer is None:
        raise JobError(Code.INPUT, "The input is no container that is supported")
    if video is None:
        raise JobError(Code.NO_VIDEO, "The input has no video")
    duration = Fraction(found["format"].get("duration") or video.get("duration") or _recorded(pool, master, demuxer, cancelled))
    if demuxer == "matroska":  # whose duration is the time of the end, whenever the first track begins
        duration -= max(Fraction(0), Fraction(found["format"].get("start_time") or 0))
    if duration <= 0:
        raise JobError(Code.DEMUXER, "The input has no duration")
    return Probed(
        demuxer=demuxer,
        duration=duration,
        width=int(video.get("width", 0)),
        height=int(video.get("height", 0)),
        dynamic_range=_RANGES.get(video.get("color_transfer", ""), "SDR"),
        sound=any(stream.get("codec_type") == "audio" for stream in found["streams"]),
    )


def _recorded(pool: Pool, master: Path, demuxer: str, cancelled: threading.Event) -> Fraction:
    """Seconds of a recording that was written without going back, as browsers do: nothing but its last packet tells."""
    command = [
        *(tools.ffprobe(), "-v", "error", "-protocol_whitelist", "fd", "-format_whitelist", demuxer, "-fd", "{fd}"),
        *("-show_entries", "packet=pts_time,duration_time", "-of", "json", "fd:"),
    ]
    packets = json.loads(pool.run(Task(command=command, opened=master, folder=master.parent, cancelled=cancelled))).get("packets", [])
    return max((Fraction(each.get("pts_time", 0)) + Fraction(each.get("duration_time", 0)) for each in packets), default=Fraction(0))


def _is_video(stream: dict[str, Any]) -> bool:
    return stream.get("codec_type") == "video" and not stream.get("disposition", {}).get("attached_pic")
