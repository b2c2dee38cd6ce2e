"""What the boxes of a fragmented MP4 say of its encryption. Source: ISO/IEC 23001-7, common encryption."""

import struct
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_CONTAINERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"sinf", b"schi", b"moof", b"traf"})
_ENTRIES: Final = {b"encv": 78, b"enca": 28}
"""Sample entry of an encrypted track → bytes before its boxes."""
_HEADER: Final = 8


class BrokenMp4Error(ValueError):
    """The boxes contradict themselves."""


@dataclass(frozen=True, kw_only=True)
class Encryption:
    """What an initialisation says."""

    scheme: str
    """`cbcs`, `cenc`, …"""
    key_id: uuid.UUID


def encryption(init: bytes) -> Encryption | None:
    """Of the one track that `init` describes; None if any of its sample entries is clear. Raises BrokenMp4Error."""
    boxes = list(_walk(init, 0, len(init)))
    entries = [kind for kind, _, parent in boxes if parent == b"stsd"]
    if not entries:
        raise BrokenMp4Error("it describes no samples")
    if not all(kind in _ENTRIES for kind in entries):
        return None
    schemes = {content[4:8].decode("ascii", "replace") for kind, content, _ in boxes if kind == b"schm"}
    key_ids = {_key_id(content) for kind, content, _ in boxes if kind == b"tenc"}
    if len(schemes) != 1 or len(key_ids) != 1 or None in key_ids:
        raise BrokenMp4Error(f"it has {len(schemes)} schemes and {len(key_ids)} keys, or one that protects nothing")
    key_id = key_ids.pop()
    return Encryption(scheme=schemes.pop(), key_id=key_id or uuid.UUID(int=0))


def has_clear_samples(segment: bytes) -> bool:
    """Whether a media segment's first fragment takes any sample out of its track's protection, as a clear lead does.

    A group `seig` that protects nothing does it, or a sample entry other than the first. Raises BrokenMp4Error.
    """
    boxes = list(_walk(segment, 0, len(segment)))
    if not any(kind == b"moof" for kind, _, _ in boxes):
        raise BrokenMp4Error("it has no fragment")
    groups = [content for kind, content, _ in boxes if kind == b"sgpd" and content[4:8] == b"seig"]
    other_entry = any(
        kind == b"tfhd" and content[3] & 0x02 and _description(content) > 1 for kind, content, _ in boxes if len(content) >= 8
    )
    return bool(groups) or other_entry


def _description(tfhd: bytes) -> int:
    """Index of the sample entry, which follows the track's id and, if flagged, an offset of eight bytes."""
    start = 8 + (8 if tfhd[3] & 0x01 else 0)
    return int.from_bytes(tfhd[start : start + 4])


def _key_id(tenc: bytes) -> uuid.UUID | None:
    """None for a track that is protected by default in name alone."""
    return uuid.UUID(bytes=tenc[8:24]) if len(tenc) >= 24 and tenc[6] == 1 and any(tenc[8:24]) else None


def _walk(data: bytes, start: int, end: int, parent: bytes = b"") -> Iterator[tuple[bytes, bytes, bytes]]:
    """Type, content and parent's type of each box. The last one may be cut off: only a beginning of a segment is read."""
    while end - start >= _HEADER:
        size, kind = struct.unpack(">I4s", data[start : start + _HEADER])
        header = _HEADER
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16]), 16
        elif size == 0:
            size = end - start
        if size < header:
            raise BrokenMp4Error(f"a box at byte {start} has {size} bytes")
        inside, after = start + header, min(start + size, end)
        yield kind, data[inside:after], parent
        if kind in _CONTAINERS:
            yield from _walk(data, inside, after, kind)
        elif kind == b"stsd":
            yield from _walk(data, inside + 8, after, kind)
        elif kind in _ENTRIES:
            yield from _walk(data, inside + _ENTRIES[kind], after, kind)
        start += size
