"""A tree of HLS over MPEG-2 TS, looked at by others than those who made it: the library m3u8, ffmpeg's decoders, ffprobe."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import m3u8

from runtime.encode.tools import program

CLOCK = 10.0
"""Seconds at which every stream begins."""
_TICK = 1e-4  # seconds; time stamps count ninety thousand a second
_CLOSE = 0.03  # seconds; a frame of sound, and how far an encoder primes


@dataclass(frozen=True)
class Rendition:
    """One media playlist, its segments in order."""

    folder: Path
    uri: str

    @property
    def segments(self) -> list[tuple[Path, float]]:
        """Path and stated seconds of each."""
        found: Any = m3u8.loads((self.folder / self.uri).read_text())
        assert found.is_endlist
        assert found.playlist_type == "vod"
        return [(self.folder / segment.uri, segment.duration) for segment in found.segments]

    def decoded(self) -> int:
        """Frames of the stream, every one decoded, to the end, without any error."""
        command = [
            program("ffmpeg"),
            "-v",
            "error",
            "-xerror",
            "-err_detect",
            "explode",
            "-i",
            self.folder / self.uri,
            "-f",
            "framemd5",
            "-",
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        return sum(not line.startswith("#") for line in done.stdout.splitlines())

    def kinds(self) -> list[str]:
        """Codec of each stream, the same in all segments."""
        found = [[str(each["codec_name"]) for each in probed(path)["streams"]] for path, _ in self.segments]
        assert all(each == found[0] for each in found)
        return found[0]

    def key_frames(self) -> Iterator[list[bool]]:
        """Of each segment: whether each of its pictures is a key frame, in decoding order."""
        return ([packet["flags"].startswith("K") for packet in probed(path)["packets"]] for path, _ in self.segments)

    def starts(self) -> list[float]:
        """Earliest time stamp of each segment, in seconds."""
        return [min(float(packet["pts_time"]) for packet in probed(path)["packets"]) for path, _ in self.segments]


def probed(path: Path) -> dict[str, Any]:
    command = [program("ffprobe"), "-v", "error", "-f", "mpegts", "-show_streams", "-show_packets", "-of", "json", path]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def judge(folder: Path, *, fps: Fraction, gop: int, groups: int, pictures: int, codecs: dict[str, str]) -> None:
    """Fail unless the tree at `folder` is a whole presentation. `groups`: of pictures in a segment; `codecs`: playlist → ffprobe's name."""
    master: Any = m3u8.loads((folder / "index.m3u8").read_text())
    assert {each.uri for each in master.playlists} == {uri for uri, codec in codecs.items() if codec in {"h264", "hevc"}}
    sounds = {each.uri: each for each in master.media if each.type == "AUDIO"}
    assert set(sounds) == {uri for uri, codec in codecs.items() if codec in {"aac", "eac3"}}
    assert [each.default for each in master.media if each.type == "AUDIO"].count("YES") == 1
    assert {(each.uri, each.stream_info.audio) for each in master.playlists} == {
        (uri, sound.group_id) for uri in {each.uri for each in master.playlists} for sound in sounds.values()
    }
    length = groups * gop / fps
    for uri, codec in codecs.items():
        rendition = Rendition(folder, uri)
        assert rendition.kinds() == [codec], uri
        wanted = [CLOCK + float(index * length) for index in range(len(rendition.segments))]
        assert all(abs(start - due) < _CLOSE for start, due in zip(rendition.starts(), wanted, strict=True)), uri
        if uri in sounds:
            assert rendition.decoded() > 0
            continue
        assert rendition.decoded() == pictures, uri
        assert all(abs(start - due) < _TICK for start, due in zip(rendition.starts(), wanted, strict=True)), uri
        for keys in rendition.key_frames():
            assert keys == [index % gop == 0 for index in range(len(keys))], uri
            assert len(keys) <= groups * gop
    rates = {each.uri: each.stream_info for each in master.playlists}
    for uri, stated in rates.items():
        peaks = [8 * path.stat().st_size / seconds for path, seconds in Rendition(folder, uri).segments]
        assert max(peaks) <= stated.bandwidth
        assert stated.average_bandwidth <= stated.bandwidth


def captions(folder: Path, language: str) -> list[str]:
    """Text of the segments of a language, each told the clock of the others."""
    master: Any = m3u8.loads((folder / "index.m3u8").read_text())
    [text] = [each for each in master.media if each.type == "SUBTITLES" and each.language == language]
    assert {each.stream_info.subtitles for each in master.playlists} == {text.group_id}
    found = [path.read_text() for path, _ in Rendition(folder, text.uri).segments]
    assert all(f"X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:{int(CLOCK * 90_000)}" in each for each in found)
    return found
