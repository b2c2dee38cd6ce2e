"""When the pictures of a transport stream are shown, by the time stamps of its packets: nothing in such a stream states a rate for sure.

Source: ISO/IEC 13818-1, 2.4.3.2 (packets) and 2.4.3.6 (PES packets).
"""

from collections.abc import Iterator
from typing import Final

from runtime.ingest.containers import SNIFF, stride
from runtime.ingest.pace import LOOKED, PICTURES
from runtime.ingest.ranges import RangeReader

TICK: Final = 1 / 90_000
"""Seconds."""

_PACKET: Final = 188
_STEP: Final = 5000  # packets read at once
_WRAPS: Final = 1 << 33


def times(file: RangeReader) -> list[float]:
    """Seconds at which the first pictures are shown, in the stream's order, from the first one on; of the first stream with pictures."""
    found: list[int] = []
    watched: int | None = None
    for packet in _packets(file):
        pid = int.from_bytes(packet[1:3]) & 0x1FFF
        stamp = _stamp(packet) if watched in {None, pid} else None
        if stamp is not None:
            watched = pid
            found.append(stamp)
        if len(found) == PICTURES:
            break
    return [((stamp - found[0] + _WRAPS // 2) % _WRAPS - _WRAPS // 2) * TICK for stamp in found]


def _packets(file: RangeReader) -> Iterator[bytes]:
    known = stride(file.at(0, SNIFF))
    if known is None:
        return
    start, step = known
    end = min(file.size, LOOKED)
    for at in range(start, end, _STEP * step):
        block = file.at(at, min(_STEP * step, end - at))
        for place in range(0, len(block) - _PACKET + 1, step):
            if block[place] != 0x47:
                return
            yield block[place : place + _PACKET]


def _stamp(packet: bytes) -> int | None:
    """The time that a picture is shown, in ticks, if one begins here and says so."""
    begins, adapted, filled = packet[1] & 0x40, packet[3] & 0x20, packet[3] & 0x10
    if not begins or not filled:
        return None
    pes = packet[4 + (1 + packet[4] if adapted else 0) :]
    if len(pes) < 14 or pes[:3] != b"\0\0\1" or pes[3] & 0xF0 != 0xE0 or not pes[7] & 0x80:
        return None
    return (pes[9] >> 1 & 7) << 30 | pes[10] << 22 | pes[11] >> 1 << 15 | pes[12] << 7 | pes[13] >> 1
