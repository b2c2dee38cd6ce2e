"""A title's clear renditions as MediaPackage VOD takes them: an HLS master playlist over transport streams.

Source: MediaPackage User Guide, "Asset details fields" and "Supported codecs and input types": MPEG-2 TS, AVC and HEVC; AAC, AC-3 and
E-AC-3; WebVTT.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from marquee.emulator.media.manifests import attributes

_SOUNDS: Final = ("mp4a", "ac-3", "ec-3")
_PICTURES: Final = ("avc1", "avc3", "hvc1", "hev1")
_STAMP: Final = re.compile(r"(?:(\d+):)?(\d\d):(\d\d)\.(\d\d\d)")
_MAP: Final = re.compile(r"X-TIMESTAMP-MAP=(.*)")
_CLOCK: Final = 90_000  # of a transport stream, in Hz


class UnfitError(Exception):
    """MediaPackage does not take it. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One media playlist, and what the master playlist says of it."""

    name: str
    """Ours: `index_video_1`."""
    kind: Literal["video", "audio", "text"]
    uri: str
    """Of its playlist, relative to the master's."""
    size: tuple[int, int] = (0, 0)
    """Pixels of a picture."""
    hevc: bool = False
    groups: frozenset[str] = frozenset()
    """The groups of sounds that are offered with a picture; the only one of a sound or a text."""
    language: str | None = None
    label: str = ""
    default: bool = False


def tracks(master: str) -> tuple[Track, ...]:
    """Every track that the master playlist lists, each once. Raises UnfitError."""
    lines = [line.strip() for line in master.splitlines()]
    if not lines or lines[0] != "#EXTM3U":
        raise UnfitError("the source is no HLS playlist")
    rest = [*_alternatives(lines)]
    pictures = _pictures(lines, {track.uri for track in rest})
    if not pictures:
        raise UnfitError("the source lists no pictures")
    return *pictures, *rest


def segments(playlist: str, track: Track) -> list[str]:
    """The files of a media playlist, in order and each once. Raises UnfitError for fragments of MP4, and for a playlist without files."""
    if "#EXT-X-MAP" in playlist:
        raise UnfitError(f"{track.uri}: its segments are fragments of MP4; HLS sources are MPEG-2 TS")
    found = [line.strip() for line in playlist.splitlines() if line.strip() and not line.startswith("#")]
    if not found:
        raise UnfitError(f"{track.uri} lists no segments")
    return list(dict.fromkeys(found))


def cues(parts: list[str], start: float) -> str:
    """The WebVTT file that segments make together. `start`: seconds of the transport stream's clock at which the title begins.

    A cue that reaches over a segment's end is in both. Source: RFC 8216, section 3.5.
    """
    found = dict.fromkeys(cue for part in parts for cue in _shifted(part, start))
    return "\n\n".join(["WEBVTT", *found]) + "\n"


def _pictures(lines: list[str], others: set[str]) -> list[Track]:
    groups: dict[str, set[str]] = {}
    said: dict[str, dict[str, str]] = {}
    for line, uri in itertools.pairwise(lines):
        if not line.startswith("#EXT-X-STREAM-INF:") or uri in others:  # a sound that is offered alone is listed as one already
            continue
        found = said[uri] = attributes(line)
        groups.setdefault(uri, set()).update([found["AUDIO"]] if "AUDIO" in found else [])
    return [_picture(number, uri, said[uri], groups[uri]) for number, uri in enumerate(said, start=1)]


def _picture(number: int, uri: str, said: dict[str, str], groups: set[str]) -> Track:
    codecs = [codec.strip() for codec in said.get("CODECS", "").split(",")]
    width, _, height = said.get("RESOLUTION", "").partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise UnfitError(f"{uri}: the source says no RESOLUTION of it")
    if strange := [codec for codec in codecs if not codec.startswith((*_PICTURES, *_SOUNDS))]:
        raise UnfitError(f"{uri}: {strange[0] or 'no codec'} is none that is packaged")
    return Track(
        name=f"index_video_{number}",
        kind="video",
        uri=uri,
        size=(int(width), int(height)),
        hevc=any(codec.startswith(("hvc1", "hev1")) for codec in codecs),
        groups=frozenset(groups),
    )


def _alternatives(lines: list[str]) -> Iterator[Track]:
    kinds: dict[str, tuple[Literal["audio", "text"], str]] = {"AUDIO": ("audio", "audio"), "SUBTITLES": ("text", "sub")}
    seen: set[str] = set()
    for line in lines:
        said = attributes(line) if line.startswith("#EXT-X-MEDIA:") else {}
        if said.get("TYPE") not in kinds or not said.get("URI") or said["URI"] in seen:
            continue
        seen.add(said["URI"])
        kind, word = kinds[said["TYPE"]]
        yield Track(
            name=f"index_{word}_{len(seen)}",
            kind=kind,
            uri=said["URI"],
            groups=frozenset({said.get("GROUP-ID", word)}),
            language=said.get("LANGUAGE"),
            label=said.get("NAME", ""),
            default=said.get("DEFAULT") == "YES",
        )


def _shifted(part: str, start: float) -> Iterator[str]:
    head, *blocks = re.split(r"\n{2,}", part.replace("\r\n", "\n").lstrip("\ufeff").strip())
    shift = _shift(head, start)
    for block in blocks:
        if "-->" in block:
            yield _STAMP.sub(lambda stamp: _stamp(_seconds(stamp) + shift), block, count=2)


def _shift(head: str, start: float) -> float:
    """Seconds from a cue's time to the title's: without a map cues count from the title's beginning."""
    found = _MAP.search(head)
    said = dict(each.strip().split(":", 1) for each in found[1].split(",")) if found else {}
    local = _STAMP.fullmatch(said.get("LOCAL", ""))
    if local is None or not said.get("MPEGTS", "").isdecimal():
        return 0.0
    return int(said["MPEGTS"]) / _CLOCK - _seconds(local) - start


def _seconds(stamp: re.Match[str]) -> float:
    hours, minutes, seconds, thousandths = (int(each or 0) for each in stamp.groups())
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _stamp(seconds: float) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    return f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
