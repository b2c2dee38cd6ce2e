"""What of a Matroska or WebM file MediaInfo does not tell: where it ends, how its picture is turned, and when its pictures are shown.

Source: RFC 8794 (EBML); RFC 9559 (Matroska), 5.1, "Segment Element", and 10, "Block Structure".
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from runtime.ingest.pace import LOOKED, PICTURES
from runtime.ingest.ranges import RangeReader

_ELEMENTS: Final = 100_000  # so that a file made of nothing else costs no more than a moment
_TAIL: Final = 8 * 1024 * 1024  # bytes; browsers and cameras begin a cluster every few seconds

_SEGMENT, _CLUSTER, _TRACK = 0x18538067, 0x1F43B675, 0xAE
_ENTERED: Final = frozenset({_SEGMENT, _CLUSTER, _TRACK, 0x1549A966, 0x1654AE6B, 0xE0, 0x7670, 0xA0})
"""Also Info, Tracks, Video, Projection and BlockGroup: what is inside follows as if it stood behind, so that unknown sizes do no harm."""
_SCALE, _TIME = 0x2AD7B1, 0xE7  # TimestampScale, and a cluster's Timestamp
_BLOCKS: Final = frozenset({0xA3, 0xA1})  # SimpleBlock, and Block inside a group
_VIDEO: Final = 1
_LARGEST_NUMBER: Final = 8  # bytes


@dataclass(slots=True)
class Outline:
    """What was found; empty of a file that is none."""

    end: int | None = None
    """Byte at which the segment ends; None where it does not say, as what a browser records."""
    until: float | None = None
    """Seconds at which such a recording's last picture or sound ends; None if it was cut off within one, or if the segment says its end."""
    turned: float = 0.0
    """Degrees, of the first picture."""
    lasts: float | None = None
    """Seconds that each picture is said to last."""
    times: list[float] = field(default_factory=list[float])
    """Seconds at which its first pictures are shown, in the file's order."""
    tick: float = 0.001
    """Seconds to which these are rounded."""


@dataclass(slots=True)
class _Track:
    number: int = 0
    kind: int = 0
    lasts: float | None = None
    turned: float = 0.0


class _Element(NamedTuple):
    kind: int
    start: int
    """Of the content."""
    size: int | None


def outline(file: RangeReader) -> Outline:
    """Read headers, and blocks until there are pictures enough."""
    found, tracks, cluster = Outline(), [_Track()], 0
    for element in _elements(file):
        if element.kind == _SEGMENT and element.size is not None:
            found.end = element.start + element.size
        elif element.kind == _TRACK:
            tracks.append(_Track())
        elif element.kind == _SCALE:
            found.tick = _integer(file, element) / 1e9 or found.tick
        elif element.kind == _TIME:
            cluster = _integer(file, element)
        elif element.kind in _BLOCKS:
            found.times += _shown(file, element, cluster, _picture(tracks), found.tick)
        else:
            _describe(tracks[-1], file, element)
        if len(found.times) == PICTURES:
            break
    picture = _picture(tracks)
    found.lasts, found.turned = picture.lasts, picture.turned
    if found.end is None:
        found.until = _until(file, found)
    return found


def _until(file: RangeReader, found: Outline) -> float | None:
    """By the blocks of the last cluster, which has to be whole."""
    first = max(0, file.size - _TAIL)
    cluster = file.at(first, _TAIL).rfind(_CLUSTER.to_bytes(4))
    began, last = 0, None
    for element in _elements(file, first + cluster) if cluster >= 0 else ():
        if element.start + (element.size or 0) > file.size:
            return None
        if element.kind == _TIME:
            began = _integer(file, element)
        elif element.kind in _BLOCKS:
            last = max(last or 0, began + _block(file, element)[1])
    return None if last is None else last * found.tick + (found.lasts or 0.0)


def _describe(track: _Track, file: RangeReader, element: _Element) -> None:
    match element.kind:
        case 0xD7:  # TrackNumber
            track.number = _integer(file, element)
        case 0x83:  # TrackType
            track.kind = _integer(file, element)
        case 0x23E383:  # DefaultDuration
            track.lasts = _integer(file, element) / 1e9 or None
        case 0x7675:  # ProjectionPoseRoll
            track.turned = _real(file, element)
        case _:
            pass


def _picture(tracks: list[_Track]) -> _Track:
    """The first track with pictures; one of no number where there is none."""
    return next((track for track in tracks if track.kind == _VIDEO), tracks[0])


def _shown(file: RangeReader, block: _Element, cluster: int, picture: _Track, tick: float) -> list[float]:
    number, behind = _block(file, block)
    return [(cluster + behind) * tick] if number and number == picture.number else []


def _block(file: RangeReader, block: _Element) -> tuple[int, int]:
    """Number of its track, and how far it is behind its cluster's time, in ticks."""
    head = file.at(block.start, _LARGEST_NUMBER + 2)
    number, width = _number(head, marked=False)
    return number, int.from_bytes(head[width : width + 2], signed=True)


def _elements(file: RangeReader, at: int = 0) -> Iterator[_Element]:
    """Every element, one behind the other; those that are entered are followed by what is in them."""
    read = file.fetched
    for _ in range(_ELEMENTS):
        if at >= file.size or file.fetched - read >= LOOKED:
            return
        head = file.at(at, 4 + _LARGEST_NUMBER)
        kind, width = _number(head, marked=True)
        size, more = _number(head[width:], marked=False)
        if not width or not more:
            return
        start, unknown = at + width + more, size == (1 << 7 * more) - 1
        yield _Element(kind, start, None if unknown else size)
        if unknown and kind not in _ENTERED:
            return
        at = start if kind in _ENTERED else start + size


def _number(data: bytes, *, marked: bool) -> tuple[int, int]:
    """A number of variable length, and its bytes; 0 bytes if there is none. `marked`: with the bit that tells its length, as ids are."""
    width = 9 - data[0].bit_length() if data else 0
    if not 1 <= width <= min(_LARGEST_NUMBER, len(data)):
        return 0, 0
    value = int.from_bytes(data[:width])
    return (value if marked else value & (1 << 7 * width) - 1), width


def _integer(file: RangeReader, element: _Element) -> int:
    return int.from_bytes(file.at(element.start, min(element.size or 0, _LARGEST_NUMBER)))


def _real(file: RangeReader, element: _Element) -> float:
    data = file.at(element.start, element.size or 0) if element.size in {4, 8} else b""
    return struct.unpack({4: ">f", 8: ">d"}[len(data)], data)[0] if len(data) in {4, 8} else 0.0
