"""What MPEG-2 transport streams say of themselves: a clear track each, of the codec that is stated. Source: ISO/IEC 13818-1, 2.4."""

from collections.abc import Iterator
from typing import Final

from runtime.publish.found import Files, Listed, Track

_PACKET: Final = 188  # bytes
_SYNC: Final = 0x47
_HEAD: Final = 500 * _PACKET
"""Bytes of a segment that are read: its tables, and enough packets to see whether they are scrambled."""
_KINDS: Final[dict[str, int]] = {"avc1": 0x1B, "hvc1": 0x24, "mp4a": 0x0F, "ec-3": 0x87}
"""First part of a codec string → stream type. Sources: ISO/IEC 13818-1, table 2-34; ATSC A/53 part 3 for E-AC-3."""


_BESIDE: Final = frozenset({0x15, 0x86})
"""Types of what may come along: timed metadata, and splice points."""


class BrokenStreamError(ValueError):
    """It is no transport stream, or not a whole one."""


def problems(listed: Listed, files: Files) -> Iterator[str]:
    """What is wrong with the first and the last segment of each track of sound and picture."""
    for track in listed.of("video", "audio"):
        for name in dict.fromkeys((track.segments[0], track.segments[-1])):
            if files.sizes.get(name):  # else it was told already
                yield from (f"{track.name}: {name}: {each}" for each in _problems(track, files.sizes[name], files.read(name, 0, _HEAD)))


def _problems(track: Track, size: int, head: bytes) -> Iterator[str]:
    if size % _PACKET:
        yield f"it has {size} bytes, no whole number of packets"
    try:
        kinds, scrambled = contents(head)
    except BrokenStreamError as error:
        yield str(error)
        return
    if scrambled:
        yield "it is scrambled, and should be clear"
    stated = track.stated.codecs if track.stated else ""
    wanted = _KINDS.get(stated.partition(".")[0])
    if [kind for kind in kinds if kind not in _BESIDE] != [wanted]:
        yield f"it holds streams of type {', '.join(f'{kind:#04x}' for kind in kinds) or 'none'}, and should hold {stated} alone"


def contents(head: bytes) -> tuple[list[int], bool]:
    """Stream types of the first program, and whether any packet is scrambled. Raises BrokenStreamError."""
    packets = [head[start : start + _PACKET] for start in range(0, len(head) - _PACKET + 1, _PACKET)]
    if not packets or any(packet[0] != _SYNC for packet in packets):
        raise BrokenStreamError("it is no transport stream")
    tables = _section(packets, 0)
    program = int.from_bytes(tables[10:12]) & 0x1FFF  # the first entry's packet identifier, after a header of eight bytes
    mapped = _section(packets, program)
    end = 3 + (int.from_bytes(mapped[1:3]) & 0x0FFF) - 4  # before the checksum
    place = 12 + (int.from_bytes(mapped[10:12]) & 0x0FFF)
    kinds: list[int] = []
    while place + 5 <= end <= len(mapped):
        kinds.append(mapped[place])
        place += 5 + (int.from_bytes(mapped[place + 3 : place + 5]) & 0x0FFF)
    return kinds, any(packet[3] & 0xC0 for packet in packets)


def _section(packets: list[bytes], identifier: int) -> bytes:
    """The first table of a packet identifier; those that are looked for fit into a packet."""
    for packet in packets:
        begins = packet[1] & 0x40
        if begins and int.from_bytes(packet[1:3]) & 0x1FFF == identifier:
            payload = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
            return packet[payload + 1 + packet[payload] :]
    raise BrokenStreamError(f"it has no table in packets of identifier {identifier}")
