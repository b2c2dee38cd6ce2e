"""The boxes of an MP4 or QuickTime file: does it hold all the media that it describes, and only its own?

A parser that reads headers alone takes a file that was cut behind its header for whole. So the samples that the header lists are
compared with where the file ends. What follows the last box and is none does no harm: players leave it alone, and so do encoders.
Source: ISO/IEC 14496-12, the base media file format.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from marquee.domain.media import Reason
from runtime.ingest.ranges import RangeReader

_INSIDE = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"mvex"})
_ENDING = frozenset({b"moov", b"moof", b"mdat", b"mfra"})  # where a file that was cut off ends, or in front of one that is missing
_SELF_CONTAINED = 1  # flag of a data reference


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its type and where its content lies."""

    type: bytes
    start: int
    """Of the content."""
    end: int
    """As the box says, which may be beyond the end of the file."""


class BrokenBoxError(Exception):
    """A box contradicts itself."""


def problem(file: RangeReader) -> tuple[Reason, str] | None:
    """Why the file cannot be taken, or None. Reads headers and a few table entries."""
    try:
        return _problem(file)
    except (BrokenBoxError, struct.error) as error:
        return "unreadable", f"a box is broken: {error}"


def _problem(file: RangeReader) -> tuple[Reason, str] | None:
    top = _top(file)
    beyond = [box for box in top if box.end > file.size]
    if beyond and beyond[0].type in _ENDING:
        return "truncated", f"its {_name(beyond[0])} box ends at byte {beyond[0].end}, the file at {file.size}"
    movies = [box for box in top if box.type == b"moov"]
    if not movies:
        return "truncated", "it has no moov box, which describes the media"
    inner = list(_descend(file, movies[0]))
    if any(box.type in {b"rmra", b"cmov"} for box in inner):
        return "refers_elsewhere", "its movie box is a reference, or compressed"
    if any(_points_away(file, box) for box in inner if box.type == b"dref"):
        return "refers_elsewhere", "a data reference names another file"
    return _missing_samples(file, inner) or _missing_fragments(top, fragmented=any(box.type == b"mvex" for box in inner))


def _missing_samples(file: RangeReader, inner: list[Box]) -> tuple[Reason, str] | None:
    promised = max((_last_byte(file, table) for table in _tables(inner)), default=0)
    if promised > file.size:
        return "truncated", f"its last sample ends at byte {promised}, the file at {file.size}"
    return None


def _missing_fragments(top: list[Box], *, fragmented: bool) -> tuple[Reason, str] | None:
    kinds = [box.type for box in top if box.type in {b"moof", b"mdat"}]
    if fragmented and not kinds:
        return "truncated", "it has no fragment"
    if kinds and kinds[-1] == b"moof":
        return "truncated", "its last fragment has no media"
    return None


def _top(file: RangeReader) -> list[Box]:
    """The boxes of the file itself. Once there is a movie and its media, whatever cannot be a box is the end."""
    found: list[Box] = []
    try:
        found.extend(_boxes(file, 0, file.size))
    except (BrokenBoxError, struct.error):
        if not {b"moov", b"mdat"} <= {box.type for box in found}:
            raise
    return found


def _boxes(file: RangeReader, start: int, end: int) -> Iterator[Box]:
    while end - start >= 8:
        size, kind = struct.unpack(">I4s", file.at(start, 8))
        header = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.at(start + 8, 8))
            header = 16
        elif size == 0:  # up to the end; padding with zeros reads like that too
            size = end - start
        if size < header:
            raise BrokenBoxError(f"{kind!r} at byte {start} has {size} bytes")
        yield Box(kind, start + header, start + size)
        start += size


def _descend(file: RangeReader, box: Box) -> Iterator[Box]:
    for child in _boxes(file, box.start, box.end):
        if child.end > box.end:
            raise BrokenBoxError(f"{_name(child)} is larger than the {_name(box)} around it")
        yield child
        if child.type in _INSIDE:
            yield from _descend(file, child)


def _points_away(file: RangeReader, dref: Box) -> bool:
    entries = _boxes(file, dref.start + 8, dref.end)  # behind version, flags and count
    return any(not int.from_bytes(file.at(entry.start, 4)) & _SELF_CONTAINED for entry in entries)


def _tables(inner: list[Box]) -> Iterator[dict[bytes, Box]]:
    """The sample tables, one a track: the boxes that lie within each `stbl`."""
    for table in inner:
        if table.type == b"stbl":
            yield {box.type: box for box in inner if table.start <= box.start and box.end <= table.end and box is not table}


def _last_byte(file: RangeReader, table: dict[bytes, Box]) -> int:
    """End of the last chunk that a sample table lists; 0 for an empty table, as in a fragmented file."""
    wide = b"co64" in table
    offsets, runs = table.get(b"co64" if wide else b"stco"), table.get(b"stsc")
    sizes = table.get(b"stsz")
    if offsets is None or runs is None or sizes is None:
        return 0
    chunks = _count(file, offsets)
    runs_listed = _count(file, runs)
    if not chunks or not runs_listed:
        return 0
    width = 8 if wide else 4
    last_offset = int.from_bytes(_entry(file, offsets, 8 + (chunks - 1) * width, width))
    samples_in_chunk = int.from_bytes(_entry(file, runs, 8 + (runs_listed - 1) * 12 + 4, 4))
    fixed_size, samples = struct.unpack(">II", _entry(file, sizes, 4, 8))
    inside = min(samples_in_chunk, samples)
    if fixed_size:
        return last_offset + fixed_size * inside
    listed = _entry(file, sizes, 12 + (samples - inside) * 4, inside * 4)
    return last_offset + sum(struct.unpack(f">{inside}I", listed))


def _count(file: RangeReader, box: Box) -> int:
    return int.from_bytes(_entry(file, box, 4, 4))


def _entry(file: RangeReader, box: Box, offset: int, length: int) -> bytes:
    """Bytes of a table, `offset` from the start of its content, where version and flags are."""
    if box.start + offset + length > box.end:
        raise BrokenBoxError(f"{_name(box)} says that it has more entries than it has")
    return file.at(box.start + offset, length)


def _name(box: Box) -> str:
    return box.type.decode("ascii", "replace")
