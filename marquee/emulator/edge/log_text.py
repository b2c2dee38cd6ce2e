"""How CloudFront writes a value in its logs, and which of its fields hold what.

Sources: Amazon CloudFront Developer Guide, "Standard logging reference" (characters, and fields of access logs), "Use real-time logs"
(fields of real-time logs); CTA-5004 (keys of CMCD).
"""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote

_PLAIN: Final = frozenset(range(33, 127)) - frozenset(b"<>\"#%{}|\\^~[]`'")
"""Bytes that stand for themselves."""
CMCD: Final = {
    "br": "encoded-bitrate", "bl": "buffer-length", "bs": "buffer-starvation", "cid": "content-id", "d": "object-duration",
    "dl": "deadline", "mtp": "measured-throughput", "nor": "next-object-request", "nrr": "next-range-request", "ot": "object-type",
    "pr": "playback-rate", "rtp": "requested-maximum-throughput", "sf": "streaming-format", "sid": "session-id", "st": "stream-type",
    "su": "startup", "tb": "top-bitrate", "v": "version",
}  # fmt: skip
"""Key of CMCD → what its field is called after `cmcd-`."""


def encoded(value: str) -> str:
    """URL-encoded where CloudFront does so; a hyphen for nothing."""
    try:
        raw = value.encode("latin-1")  # what came over the wire, byte by byte
    except UnicodeEncodeError:
        raw = value.encode()
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw) or "-"


def line(fields: Sequence[str], values: Mapping[str, str]) -> str:
    """A real-time record: values in the order of `fields`, between tabs. A field that is not known here is a hyphen."""
    return "\t".join(encoded(values.get(name, "")) for name in fields)


def cmcd(query: str) -> dict[str, str]:
    """Fields of what a player says of itself in the parameter `CMCD`. Texts lose their quotes, and a key alone is `true`."""
    given = next((value for name, _, value in (part.partition("=") for part in query.split("&")) if name == "CMCD"), "")
    pairs = [part.partition("=") for part in _parts(unquote(given))]
    known = [(CMCD[name.strip()], equals, value) for name, equals, value in pairs if name.strip() in CMCD]
    return {f"cmcd-{name}": value.strip().strip('"') if equals else "true" for name, equals, value in known}


def _parts(text: str) -> list[str]:
    """Between commas, save for those inside quotes."""
    parts, quoted = [""], False
    for char in text:
        quoted ^= char == '"'
        if char == "," and not quoted:
            parts.append("")
        else:
            parts[-1] += char
    return parts
