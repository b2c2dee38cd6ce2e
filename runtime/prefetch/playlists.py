"""What an HLS playlist refers to. DASH names the same segments where they are static, so that its manifest needs no reading."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

_URI = re.compile(r'[:,]URI="([^"]+)"')
_BYTE_RANGE = re.compile(r"(\d+)(?:@(\d+))?")
_LISTS = ("#EXT-X-MEDIA:", "#EXT-X-I-FRAME-STREAM-INF:")


@dataclass(frozen=True, slots=True)
class Piece:
    """An object, or some bytes of one."""

    url: str
    first: int | None = None
    last: int | None = None
    """Byte positions, both included; None means the whole object."""

    @property
    def range(self) -> str | None:
        """Value of the header `Range`."""
        return None if self.first is None else f"bytes={self.first}-{self.last}"


def media_playlists(text: str, url: str, base: str) -> list[str]:
    """Addresses of the multivariant playlist's media playlists, each once; those elsewhere than below `base` are left out."""
    found: list[str] = []
    for line in text.splitlines():
        if line.startswith(_LISTS):
            found += _URI.findall(line)
        elif line and not line.startswith("#"):
            found.append(line.strip())
    return [each for each in dict.fromkeys(urljoin(url, uri) for uri in found) if _is_below(each, base)]


def first_pieces(text: str, url: str, base: str, count: int) -> list[Piece]:
    """A media playlist's initialisation sections and its first `count` segments."""
    pieces: list[Piece] = []
    segments, limits, end = 0, "", 0
    for line in text.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            for uri in _URI.findall(line):
                given = re.search(r'BYTERANGE="([^"]+)"', line)
                piece, end = _piece(urljoin(url, uri), given.group(1) if given else "", 0)
                pieces.append(piece)
        elif line.startswith("#EXT-X-BYTERANGE:"):
            limits = line.partition(":")[2]
        elif line and not line.startswith("#"):
            if segments == count:
                break
            piece, end = _piece(urljoin(url, line.strip()), limits, end)
            pieces.append(piece)
            segments, limits = segments + 1, ""
    return [piece for piece in dict.fromkeys(pieces) if _is_below(piece.url, base)]


def _piece(url: str, limits: str, after: int) -> tuple[Piece, int]:
    """The piece, and where it ends: a range without an offset begins where the one before has ended."""
    match = _BYTE_RANGE.fullmatch(limits)
    if match is None:
        return Piece(url), after
    first = int(match.group(2)) if match.group(2) is not None else after
    end = first + int(match.group(1))
    return Piece(url, first, end - 1), end


def _is_below(url: str, base: str) -> bool:
    """A playlist that names another host, or climbs out of its folder, is not followed: the cookies go with every request."""
    return url.startswith(base) and ".." not in urlsplit(url).path.split("/")
