"""Which CEA-608 channels a picture carries, from windows of the file's bytes.

AVC and HEVC carry them in SEI messages and MPEG-2 in user data, in ATSC's form each: behind `GA94` a count, then three bytes a pair.
That form is looked for wherever it lies, since containers leave such messages whole (a transport stream most of them); no parser of a
codec or container runs. MediaInfo finds them too, but only where it samples the media, and in Matroska not at all (seen with 24.12).
Sources: ATSC A/53 part 4, 6.2.3; ANSI/CTA-608-E, 8.4 and annex B.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from runtime.ingest.ranges import RangeReader

WINDOWS: Final = 16
WINDOW: Final = 512 * 1024
"""Bytes of each window: pictures enough to meet a pair while somebody speaks."""
CARRIERS: Final = frozenset({"AVC", "HEVC", "MPEG Video"})
"""MediaInfo's names of the codecs that carry them."""

_FORM: Final = re.compile(rb"GA94\x03([\x40-\x7f\xc0-\xff]).", re.DOTALL)
_VALID: Final = 4  # of a pair's first byte: marker bits, this, and two bits of its type


def channels(file: RangeReader) -> list[int]:
    """The channels, 1 to 4, that somebody writes captions to in what is looked at; ascending. A master with padding alone has none.

    Captioned masters have such messages beside every picture, so that glances show whether more is to be read.
    """
    if file.size > WINDOWS * WINDOW and not any(_FORM.search(file.at(place, file.BLOCK)) for place in _places(file)):
        return []
    return sorted({channel for content in _windows(file) for pairs in _messages(content) for channel in _written(pairs)})


def _windows(file: RangeReader) -> Iterator[bytes]:
    """The whole of a small file; of a larger one windows from its first byte to its last."""
    if file.size <= WINDOWS * WINDOW:
        yield file.at(0, file.size)
        return
    yield from (file.at(place, WINDOW) for place in _places(file))


def _places(file: RangeReader) -> list[int]:
    """Where the windows of a large file begin, each with a block of the reader."""
    blocks = (file.size - WINDOW) // file.BLOCK
    return [blocks * index // (WINDOWS - 1) * file.BLOCK for index in range(WINDOWS)]


def _messages(content: bytes) -> Iterator[list[tuple[int, int, int]]]:
    """Field, first and second byte of the valid pairs of each message, without their parity."""
    for match in _FORM.finditer(content):
        count = match[1][0] & 31
        triples = [content[at : at + 3] for at in range(match.end(), match.end() + 3 * count, 3)]
        if all(len(triple) == 3 and triple[0] & 0xF8 == 0xF8 for triple in triples):
            yield [
                (triple[0] & 1, triple[1] & 127, triple[2] & 127)
                for triple in triples
                if triple[0] & _VALID and not triple[0] & 2 and all(byte.bit_count() % 2 for byte in triple[1:])
            ]


def _written(pairs: Iterable[tuple[int, int, int]]) -> Iterator[int]:
    """A control code names its channel. Text alone follows one that was sent before, of which the first channel is the likely one;
    in the second field it may as well be of the data about programmes that share it."""
    for field, first, second in pairs:
        if 0x10 <= first <= 0x1F and second >= 0x20:
            yield 1 + 2 * field + (first >= 0x18)
        elif field == 0 and first >= 0x20:
            yield 1
