"""Where an AVI file ends: behind the last of its RIFF chunks, of which a long file has several.

Source: OpenDML AVI File Format Extensions 1.02, "AVI RIFF chunks".
"""

import struct

from runtime.ingest.ranges import RangeReader

_HEAD = 8  # bytes of a chunk's name and size


def is_whole(file: RangeReader) -> bool:
    """Whether the file holds all that its chunks say. Bytes behind them do no harm."""
    at = 0
    while file.at(at, 4) == b"RIFF" and len(head := file.at(at, _HEAD)) == _HEAD:
        (size,) = struct.unpack("<4xI", head)
        if not size:
            return False  # never finished
        at += _HEAD + size + size % 2
    return 0 < at <= file.size + 1
