"""Real media files for tests, made by ffmpeg: one short encode, and copies of its streams in other containers."""

import struct
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import imageio_ffmpeg

from marquee.domain.media import MediaFacts

_SAME = ("-map_metadata", "-1", "-fflags", "+bitexact")
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf"})


@cache
def program() -> str:
    return imageio_ffmpeg.get_ffmpeg_exe()


def ffmpeg(*arguments: str | Path) -> None:
    subprocess.run([program(), "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)


def picture(rate: str = "25") -> tuple[str, ...]:
    return "-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={rate}:duration=3"


SOUND = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3")
AVC = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-b:v", "400k", "-threads", "1")
AAC = ("-c:a", "aac", "-ac", "2", "-b:a", "64k")


def make(folder: Path) -> dict[str, bytes]:
    """Name → content of every sample."""
    first = folder / "moov_first.mp4"
    ffmpeg(*picture(), *SOUND, *AVC, *AAC, *_SAME, "-movflags", "+faststart", first)
    copies: dict[str, tuple[str, ...]] = {
        "moov_last.mp4": (),
        "fragmented.mp4": ("-movflags", "+frag_keyframe+empty_moov"),
        "quicktime.mov": (),
        "matroska.mkv": (),
        "stream.ts": (),
        "silent.mp4": ("-an",),
        "sound_only.mp4": ("-vn",),
    }
    for name, options in copies.items():
        ffmpeg("-i", first, *_SAME, "-c", "copy", *options, folder / name)
    ffmpeg(*picture(), *SOUND, "-c:v", "mpeg4", "-c:a", "libmp3lame", *_SAME, folder / "old.avi")
    ffmpeg(*picture("30000/1001"), *AVC, *_SAME, folder / "ntsc.mp4")
    ffmpeg(*SOUND, "-c:a", "libmp3lame", *_SAME, folder / "sound.mp3")
    ffmpeg(*picture(), "-frames:v", "1", folder / "still.jpg")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def boxes(content: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, bytes]]:
    """Position, size and type of each box."""
    end = len(content) if end is None else end
    while start < end:
        size, kind = struct.unpack(">I4s", content[start : start + 8])
        yield start, size, kind
        start += size


def position(content: bytes, kind: bytes, last: bool = False) -> int:
    found = [start for start, _, each in boxes(content) if each == kind]
    return found[-1 if last else 0]


def box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", len(content) + 8, kind) + content


def with_data_elsewhere(content: bytes, location: str) -> bytes:
    """The same file, but for its data references, which name `location`. Its moov box has to be the last one."""
    made = b""
    for start, size, kind in boxes(content):
        inner = content[start + 8 : start + size]
        if kind in _CONTAINERS:
            inner = with_data_elsewhere(inner, location)
        elif kind == b"dref":
            inner = struct.pack(">II", 0, 1) + box(b"url ", struct.pack(">I", 0) + location.encode() + b"\0")
        made += box(kind, inner)
    return made


def master_facts(width: int = 320, height: int = 180, **other: Any) -> MediaFacts:
    """What the probe says of an ordinary film of three seconds, but for `other`."""
    video = {"codec": "AVC", "width": width, "height": height, "frameRate": "25/1", "dynamicRange": "SDR", "endsMs": None}
    audio = {"codec": "AAC", "channels": 2, "sampleRate": 48000, "language": None, "endsMs": None}
    facts = {
        "container": "MPEG-4", "durationMs": 3000, "video": [video], "audio": [audio], "closedCaptions": [], "leftOut": [],
        "encodeRate": "25", "gopFrames": 25, "segments": 2, **other,
    }  # fmt: skip
    return cast("MediaFacts", facts)
