"""Uploads of every kind that somebody will send one day, and what has to become of each."""

import gzip
import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.media_files import AAC, AVC, box, boxes, ffmpeg, with_data_elsewhere

SECONDS = 2
ELSEWHERE = "quarantine/not-yours.mp4"
"""An object of the same bucket that some of the files point at."""
WEBVTT = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello\n"


@dataclass(frozen=True)
class Sample:
    """One upload: a file, and what is put beside it first."""

    content: bytes
    expected: str
    """`published`, or the reason for which it is refused."""
    name: str = "film.mp4"
    beside: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """File name → content."""


def source(
    folder: Path, name: str, *, size: str = "320x180", seconds: float = SECONDS, sound: bool = True, options: tuple[str, ...] = AVC
) -> bytes:
    """A short film."""
    path = folder / name
    audio = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}") if sound else ()
    picture = ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}")
    ffmpeg(*picture, *audio, *options, *(AAC if sound else ()), path)
    return path.read_bytes()


def samples(folder: Path) -> dict[str, Sample]:
    """Title id → upload."""
    film = source(folder, "film.mp4")
    return {**_contents(folder, film), **_pointers(film), **_companions(film), **_sound(folder, film)}


def _sound(folder: Path, film: bytes) -> dict[str, Sample]:
    vfr = ("-vf", "select='lt(n,20)+not(mod(n,3))'", "-fps_mode", "vfr", *AVC)
    odd = ("-vf", "format=yuv444p,scale=321:241,setsar=1", "-c:v", "libx264", "-preset", "ultrafast")  # 4:2:0 has even sides alone
    said = {
        "title": "Ein Film — übers Wetter", "titleId": "honest", "language": "de", "durationSeconds": SECONDS,
        "sha256": hashlib.sha256(film).hexdigest(), "captions": {"en": "film.en.vtt"},
    }  # fmt: skip
    return {
        "silent": Sample(source(folder, "silent.mp4", sound=False), "published"),
        "odd-size": Sample(
            source(folder, "odd.mkv", options=odd),
            "published",
            "odd.mkv",
        ),
        "variable-rate": Sample(source(folder, "vfr.mp4", sound=False, options=vfr), "published"),
        "bytes-behind": Sample(film + b"the end of somebody's download", "published"),
        "high-range": Sample(_high_range(folder), "published", "hdr.mkv"),
        "long-sound": Sample(_long_sound(folder), "published", "long.mkv"),
        "odd-name": Sample(film, "published", "a b+c%20d%\n\"'<&>;$(x) é日本\t.mp4"),
        "honest": Sample(film, "published", beside={"film.en.vtt": WEBVTT, "film.mp4.json": json.dumps(said).encode()}),
    }


def _high_range(folder: Path) -> bytes:
    """PQ, with subtitles inside, on a clock that begins at ten seconds."""
    lines, path = folder / "lines.srt", folder / "hdr.mkv"
    lines.write_text("1\n00:00:00,500 --> 00:00:01,500\nHello\n")
    tagged = "format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=24000/1001:duration={SECONDS},{tagged}")
    ffmpeg(*picture, "-i", lines, "-c:v", "ffv1", "-c:s", "srt", "-metadata:s:s:0", "language=fre", "-output_ts_offset", "10", path)
    return path.read_bytes()


def _long_sound(folder: Path) -> bytes:
    """Two seconds of picture and nine of sound, in German."""
    path = folder / "long.mkv"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=25:duration={SECONDS}")
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=9")
    ffmpeg(*picture, *sound, *AVC, *AAC, "-metadata:s:a:0", "language=ger", path)
    return path.read_bytes()


def _contents(folder: Path, film: bytes) -> dict[str, Sample]:
    still = folder / "still.jpg"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=1", "-frames:v", "1", still)
    music = folder / "music.mp4"
    ffmpeg("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=2", *AAC, music)
    return {
        "empty": Sample(b"", "empty"),
        "cut-off": Sample(film[: len(film) * 3 // 4], "truncated"),
        "header-alone": Sample(film[:28], "truncated"),
        "text": Sample(b"This is a film, I promise.\n" * 50, "not_media"),
        "image": Sample(still.read_bytes(), "not_media"),
        "archive-bomb": Sample(gzip.compress(bytes(20_000_000)), "not_media"),
        "no-picture": Sample(music.read_bytes(), "no_video"),
        "too-short": Sample(source(folder, "short.mp4", seconds=0.4, sound=False), "bad_duration"),
        "years-long": Sample(_lasting(film, 0x7FFFFFFF), "bad_duration"),
        "tiny": Sample(source(folder, "tiny.mp4", size="48x48", sound=False), "bad_picture"),
        "narrow": Sample(source(folder, "narrow.mp4", size="640x72", sound=False), "bad_picture"),
        "huge": Sample(_sized(source(folder, "huge.mov", sound=False, options=("-c:v", "png")), 60_000), "bad_picture", "huge.mov"),
        "table-bomb": Sample(_counted(film, 0xFFFFFFF0), "unreadable"),
        "noise-in-matroska": Sample(b"\x1a\x45\xdf\xa3" + hashlib.shake_128(b"noise").digest(5000), "no_video", "film.mkv"),
        "encrypted": Sample(_encrypted(folder), "encrypted"),
        "garbled": Sample(_garbled(film), "not_encodable"),
        "no-title": Sample(film, "bad_key"),
    }


def _encrypted(folder: Path) -> bytes:
    path = folder / "encrypted.mp4"
    key = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "0" * 31 + "1", "-encryption_kid", "0" * 31 + "2")
    ffmpeg("-i", folder / "film.mp4", "-c", "copy", *key, path)
    return path.read_bytes()


def _pointers(film: bytes) -> dict[str, Sample]:
    """Files that name other files: of this machine, of a server, of the bucket."""
    away = ("file:///etc/passwd", "http://127.0.0.1:9/film.mp4", f"../../{ELSEWHERE}")
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n" + "".join(f"#EXTINF:6,\n{name}\n" for name in away) + "#EXT-X-ENDLIST\n"
    concat = "ffconcat version 1.0\n" + "".join(f"file '{name}'\n" for name in away)
    mpd = f'<?xml version="1.0"?><!DOCTYPE MPD [<!ENTITY x SYSTEM "{away[0]}">]><MPD><BaseURL>&x;</BaseURL></MPD>'
    moved = with_data_elsewhere(_moov_last(film), away[0])
    return {
        "playlist": Sample(playlist.encode(), "not_media", "film.m3u8"),
        "playlist-as-mp4": Sample(playlist.encode(), "not_media"),
        "concat": Sample(concat.encode(), "not_media", "film.ffconcat"),
        "manifest": Sample(mpd.encode(), "not_media", "film.mpd"),
        "other-file": Sample(moved, "refers_elsewhere"),
    }


def _companions(film: bytes) -> dict[str, Sample]:
    """Sidecars that lie, break or overwhelm."""

    def beside(said: object, **more: bytes) -> dict[str, bytes]:
        return {**more, "film.mp4.json": said if isinstance(said, bytes) else json.dumps(said).encode()}

    return {
        "lies-of-content": Sample(film, "companion_lies", beside=beside({"sha256": hashlib.sha256(film + b"x").hexdigest()})),
        "lies-of-length": Sample(film, "companion_lies", beside=beside({"durationSeconds": 5400})),
        "lies-of-title": Sample(film, "companion_lies", beside=beside({"titleId": "honest"})),
        "no-json": Sample(film, "bad_companion", beside=beside(b'{"title": ')),
        "deep-json": Sample(film, "bad_companion", beside=beside(b"[" * 30_000)),
        "strange-json": Sample(film, "bad_companion", beside=beside({"title": "x", "command": "rm -rf /"})),
        "bad-captions": Sample(
            film, "bad_companion", beside={**beside({"captions": {"en": "x.vtt"}}), "x.vtt": b"1\n00:00:00,000 --> 00:00:01,000\nHi\n"}
        ),
        "missing-captions": Sample(film, "bad_companion", beside=beside({"captions": {"en": "none.vtt"}})),
        "captions-elsewhere": Sample(film, "bad_companion", beside=beside({"captions": {"en": f"../../{ELSEWHERE}.vtt"}})),
        "media-as-json": Sample(film[:20_000], "bad_companion", "film.mp4.json"),
    }


def _moov_last(content: bytes) -> bytes:
    """ffmpeg writes it there unless told otherwise."""
    assert [kind for _, _, kind in boxes(content)][-1] == b"moov"
    return content


def _inside(content: bytes, *path: bytes) -> int:
    """Position of a box, found from box to box."""
    start, end = 0, len(content)
    for depth, kind in enumerate(path):
        found = next((at, size) for at, size, each in boxes(content, start, end) if each == kind)
        if depth == len(path) - 1:
            return found[0]
        start, end = found[0] + 8, found[0] + found[1]
    raise AssertionError(path)


def _patched(content: bytes, at: int, value: bytes) -> bytes:
    return content[:at] + value + content[at + len(value) :]


def _lasting(content: bytes, units: int) -> bytes:
    """The movie's header says how long it lasts; so do each track's and each track's media's."""
    content = _patched(content, _inside(content, b"moov", b"mvhd") + 8 + 16, struct.pack(">I", units))
    content = _patched(content, _inside(content, b"moov", b"trak", b"tkhd") + 8 + 20, struct.pack(">I", units))
    return _patched(content, _inside(content, b"moov", b"trak", b"mdia", b"mdhd") + 8 + 16, struct.pack(">I", units))


def _sized(content: bytes, side: int) -> bytes:
    """The sample entry says how large the picture is, after 8 bytes of version and count, its own header of 8, and 24 more."""
    at = _inside(content, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd") + 8 + 8 + 8 + 24
    content = _patched(content, at, struct.pack(">HH", side, side))
    return _patched(content, _inside(content, b"moov", b"trak", b"tkhd") + 8 + 76, struct.pack(">II", side << 16, side << 16))


def _counted(content: bytes, count: int) -> bytes:
    """A table of sizes that claims more entries than any memory holds."""
    at = _inside(content, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz") + 8 + 8
    return _patched(content, at, struct.pack(">I", count))


def _garbled(content: bytes) -> bytes:
    """Headers as they were, and noise where the media are."""
    start, size = next((at, size) for at, size, kind in boxes(content) if kind == b"mdat")
    return _patched(content, start + 8, hashlib.shake_128(b"noise").digest(size - 8))


__all__ = ["ELSEWHERE", "SECONDS", "WEBVTT", "Sample", "box", "samples", "source"]
