"""CEA-608 captions written into an H.264 stream, as ATSC A/53 carries them: a pair of bytes a picture, in SEI messages.

Sources: ANSI/CTA-608-E (codes, odd parity), ATSC A/53 part 4, 6.2.3 (user data `GA94`), ITU-T H.264, 7.3.2.3 and annex B.
"""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests import media_files

_START = re.compile(rb"\x00\x00(?:\x00)?\x01")
_SLICES = frozenset({1, 5})  # NAL unit types of a picture's slices
_LOAD, _ERASE_HIDDEN, _ERASE, _SHOW = (0x14, 0x20), (0x14, 0x2E), (0x14, 0x2C), (0x14, 0x2F)
_LAST_ROW = (0x14, 0x70)
_NOTHING: tuple[int, int] = (0, 0)
_SHOWN = 15  # pictures that a caption stays for
PICTURES = 75  # of 3 s


def pop_on(text: str) -> list[tuple[int, int]]:
    """The pairs that load `text` out of sight into the last row of channel 1, and show it. Control codes are sent twice."""
    letters = text.encode("ascii") + b"\0" * (len(text) % 2)
    spoken = list(zip(letters[::2], letters[1::2], strict=True))
    return [_LOAD, _LOAD, _ERASE_HIDDEN, _ERASE_HIDDEN, _LAST_ROW, _LAST_ROW, *spoken, _SHOW, _SHOW]


def erase() -> list[tuple[int, int]]:
    """The pairs that take the text away."""
    return [_ERASE, _ERASE]


def master(target: Path, *, captions: dict[int, str]) -> None:
    """An MP4 of 3 s with sound. `captions`: the picture at which a text begins to be sent → the text."""
    pairs = [_NOTHING] * PICTURES
    for start, text in captions.items():
        sent = pop_on(text)
        gone = start + len(sent) + _SHOWN
        pairs[start : start + len(sent)] = sent
        pairs[gone : gone + 2] = erase()
    assert len(pairs) == PICTURES, "a caption is sent beyond the last picture"
    plain, captioned = target.with_suffix(".plain.h264"), target.with_suffix(".h264")
    # Without B-pictures the order of coding is that of showing.
    media_files.ffmpeg(*media_files.picture(), *media_files.AVC, "-bf", "0", "-f", "h264", plain)
    captioned.write_bytes(b"".join(_with(plain.read_bytes(), iter(pairs))))
    media_files.ffmpeg("-r", "25", "-f", "h264", "-i", captioned, *media_files.SOUND, *media_files.AAC, "-c:v", "copy", target)
    for path in (plain, captioned):
        path.unlink()


def _with(stream: bytes, pairs: Iterator[tuple[int, int]]) -> Iterator[bytes]:
    starts = [match.end() for match in _START.finditer(stream)]
    ends = [*(match.start() for match in _START.finditer(stream)), len(stream)][1:]
    for start, end in zip(starts, ends, strict=True):
        unit = stream[start:end]
        if unit[0] & 31 in _SLICES and unit[1] & 128:  # first_mb_in_slice is 0: the picture's first slice
            yield b"\0\0\0\1" + _sei(next(pairs))
        yield b"\0\0\0\1" + unit


def _sei(pair: tuple[int, int]) -> bytes:
    """Message 4, `user_data_registered_itu_t_t35`, with one pair of field 1. No two zeros follow each other, so nothing is escaped."""
    body = b"\xb5\x00\x31GA94\x03\x41\xff\xfc" + bytes(map(_parity, pair)) + b"\xff"
    return b"\x06\x04" + bytes([len(body)]) + body + b"\x80"


def _parity(value: int) -> int:
    return value | (0 if value.bit_count() % 2 else 128)


def shown(path: Path) -> list[str]:
    """What ffmpeg's decoder reads in a file's first channel, in order."""
    graph = f"movie=filename='{path}'[out0+subcc]"
    command = [media_files.program(), "-v", "error", "-f", "lavfi", "-i", graph, "-map", "0:s:0", "-f", "webvtt", "-"]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [line for line in written.splitlines() if line and line != "WEBVTT" and "-->" not in line]
