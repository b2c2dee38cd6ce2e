"""Which container a file really is, by its first bytes.

Only these are handed to the parser. MediaInfo also reads playlists and manifests (HLS, DASH, ISM, F4M, …), and then opens
whatever they name, files of its own host included; it follows an MXF's locators as well.
"""

from typing import Literal

Container = Literal["iso", "matroska", "mpeg-ts", "avi"]

SNIFF = 4 * 204 + 1
"""Bytes that `container_of` wants to see."""

_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp"})


def container_of(head: bytes) -> Container | None:
    """The container of a file that begins with `head`, or None for any other file."""
    if head[4:8] in _FIRST_BOXES:
        return "iso"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "avi"
    return "mpeg-ts" if stride(head) else None


def stride(head: bytes) -> tuple[int, int] | None:
    """Where the first packet of a transport stream begins and how far it is to the next, in bytes; None for any other file.

    Packets have 188 bytes, with a time stamp before each (192, Blu-ray) or parity behind (204, broadcast).
    """
    for start, step in ((0, 188), (4, 192), (0, 204)):
        if len(head) > start + 3 * step and all(head[start + n * step] == 0x47 for n in range(4)):
            return start, step
    return None
