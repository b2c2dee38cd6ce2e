"""What Widevine, PlayReady and FairPlay put into media and manifests, so that a player finds the licence of a key.

Sources: ISO/IEC 23001-7 (`pssh` box); Widevine, "DRM Encryption and Packaging" (WidevinePsshData, a protocol buffer); Microsoft, "PlayReady
Header Object" and "PlayReady Header specification"; Apple, HLS Authoring Specification; RFC 8216bis (EXT-X-KEY); SPEKE API specification,
"SPEKE API v2 - Standard payload components".
"""

import base64
import struct
import uuid
from collections.abc import Callable
from typing import Final

from marquee.domain.cpix.model import Datum, Key
from marquee.domain.ladder.drm import SYSTEM_IDS, System

_HLS_METHODS: Final = {"cbcs": "SAMPLE-AES", "cenc": "SAMPLE-AES-CTR"}
_PLAYREADY_HEADERS: Final = {"cenc": ("4.2.0.0", "AESCTR"), "cbcs": ("4.3.0.0", "AESCBC")}
"""Scheme → version of the header that knows it, and its name there. PlayReady has `cbcs` since 4.0, whose header is 4.3."""


def data_of(system: System, datum: Datum, key: Key) -> bytes | None:
    """The bytes that CPIX carries as Base64; None where the system has no such datum (FairPlay has no PSSH)."""
    make = _DATA[system].get(datum)
    return make(key) if make else None


def pssh(system: System, data: bytes) -> bytes:
    """A `pssh` box of version 0: sizes are big-endian, the ids of keys are inside `data`."""
    body = b"pssh" + bytes(4) + uuid.UUID(SYSTEM_IDS[system]).bytes + struct.pack(">I", len(data)) + data
    return struct.pack(">I", 4 + len(body)) + body


def widevine_data(key: Key) -> bytes:
    """WidevinePsshData with `key_ids` (field 2, bytes) and `protection_scheme` (field 9, the scheme's four characters as a number)."""
    scheme = int.from_bytes(key.scheme.encode())
    return bytes([2 << 3 | 2, 16]) + key.kid.bytes + bytes([9 << 3]) + _varint(scheme)


def playready_object(key: Key) -> bytes:
    """A PlayReady Object with one record, the header: little-endian sizes, XML in UTF-16, the key id as Windows writes a GUID."""
    version, algorithm = _PLAYREADY_HEADERS[key.scheme]
    kid = base64.b64encode(key.kid.bytes_le).decode()
    header = (
        f'<WRMHEADER xmlns="http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader" version="{version}"><DATA><PROTECTINFO><KIDS>'
        f'<KID ALGID="{algorithm}" VALUE="{kid}"></KID></KIDS></PROTECTINFO></DATA></WRMHEADER>'
    ).encode("utf-16-le")
    return struct.pack("<IHHH", 10 + len(header), 1, 1, len(header)) + header


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*encoded, number])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _widevine_pssh(key: Key) -> bytes:
    return pssh("widevine", widevine_data(key))


def _playready_pssh(key: Key) -> bytes:
    return pssh("playready", playready_object(key))


def _widevine_dash(key: Key) -> bytes:
    return f'<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">{_text(_widevine_pssh(key))}</cenc:pssh>'.encode()


def _playready_dash(key: Key) -> bytes:
    box = f'<cenc:pssh xmlns:cenc="urn:mpeg:cenc:2013">{_text(_playready_pssh(key))}</cenc:pssh>'
    return f'{box}<mspr:pro xmlns:mspr="urn:microsoft:playready">{_text(playready_object(key))}</mspr:pro>'.encode()


def _widevine_hls(key: Key) -> tuple[str, str]:
    return f'"data:text/plain;base64,{_text(_widevine_pssh(key))}",KEYID=0x{key.kid.hex}', f"urn:uuid:{SYSTEM_IDS['widevine']}"


def _playready_hls(key: Key) -> tuple[str, str]:
    return f'"data:text/plain;charset=UTF-16;base64,{_text(playready_object(key))}"', "com.microsoft.playready"


def _fairplay_hls(key: Key) -> tuple[str, str]:
    return f'"skd://{key.kid}"', "com.apple.streamingkeydelivery"


def _hls(tag: str, signal: Callable[[Key], tuple[str, str]]) -> Callable[[Key], bytes]:
    def line(key: Key) -> bytes:
        uri, key_format = signal(key)
        iv = f",IV=0x{key.iv.hex()}" if key.iv else ""
        return f'#{tag}:METHOD={_HLS_METHODS[key.scheme]},URI={uri},KEYFORMAT="{key_format}",KEYFORMATVERSIONS="1"{iv}'.encode()

    return line


_MEDIA, _MASTER = "EXT-X-KEY", "EXT-X-SESSION-KEY"
_DATA: Final[dict[System, dict[Datum, Callable[[Key], bytes]]]] = {
    "widevine": {
        "pssh": _widevine_pssh,
        "content_protection": _widevine_dash,
        "hls_media": _hls(_MEDIA, _widevine_hls),
        "hls_master": _hls(_MASTER, _widevine_hls),
    },
    "playready": {
        "pssh": _playready_pssh,
        "content_protection": _playready_dash,
        "hls_media": _hls(_MEDIA, _playready_hls),
        "hls_master": _hls(_MASTER, _playready_hls),
        "smooth": playready_object,
    },
    "fairplay": {"hls_media": _hls(_MEDIA, _fairplay_hls), "hls_master": _hls(_MASTER, _fairplay_hls)},
}
