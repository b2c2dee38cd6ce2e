"""Where an AVI file ends, and which of its frames hold a picture: copied from other containers, most may be empty.

Sources: OpenDML AVI File Format Extensions 1.02, "AVI RIFF chunks"; Microsoft, AVI RIFF File Reference, "AVI Index Entries".
"""

import struct

from runtime.ingest.pace import PICTURES
from runtime.ingest.ranges import RangeReader

_HEAD = 8  # bytes of a chunk's name and size
_ENTRY = struct.Struct("<4s8xI")
_PICTURES = {b"dc", b"db"}
_CHUNKS = 1000  # beside each other; a file has five or so
_LOOKED = 1024 * 1024  # bytes of the index


def is_whole(file: RangeReader) -> bool:
    """Whether the file holds all that its chunks say. Bytes behind them do no harm."""
    at = 0
    for _ in range(_CHUNKS):
        head = file.at(at, _HEAD)
        if head[:4] != b"RIFF" or len(head) < _HEAD:
            break
        (size,) = struct.unpack("<4xI", head)
        if not size:
            return False  # never finished
        at += _HEAD + size + size % 2
    return 0 < at <= file.size + 1


def filled(file: RangeReader) -> list[int]:
    """Numbers of the first frames that hold a picture, by the index; empty without one."""
    at, found, number, head = 12, list[int](), 0, b""
    for _ in range(_CHUNKS):
        head = file.at(at, _HEAD)
        if len(head) < _HEAD or head[:4] == b"idx1":
            break
        at += _HEAD + int.from_bytes(head[4:], "little") + head[4] % 2
    entries = file.at(at + _HEAD, min(int.from_bytes(head[4:], "little"), _LOOKED)) if head[:4] == b"idx1" else b""
    for kind, size in _ENTRY.iter_unpack(entries[: len(entries) // _ENTRY.size * _ENTRY.size]):
        if kind[2:] in _PICTURES:
            found += [number] if size else []
            number += 1
    return found[:PICTURES]
