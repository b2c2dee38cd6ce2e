"""HLS playlists with keys that a browser's Clear Key can fetch.

Browsers that have no vendor's DRM know one key format of HLS, `identity`: the URI answers the key's 16 bytes. A package names the vendors'
formats alone, so this adds a line for the same key to each of its groups. The URI leads to the licence endpoint, which asks for the same
entitlement as for any licence. Source: RFC 8216, section 4.3.2.4.
"""

import base64
import re
from typing import Any, Final

HLS_KEYS: Final = "/licence/hls/"
"""Path of the licence endpoint that a key id is appended to."""

_TAG = "#EXT-X-KEY:"
_KEY_ID = re.compile(r"KEYID=0x([0-9a-fA-F]{32})")
_FAIRPLAY = re.compile(r'URI="skd://([A-Za-z0-9+/=_-]+)"')
_METHOD = re.compile(r"METHOD=(SAMPLE-AES-CTR|SAMPLE-AES)")


def has_key_route(api: Any) -> bool:
    """Whether an API of a region hands out keys of HLS. `api`: its boto3 client of API Gateway."""
    return any(
        route["RouteKey"] == f"GET {HLS_KEYS}{{key}}"
        for one in api.get_apis()["Items"]
        for route in api.get_routes(ApiId=one["ApiId"])["Items"]
    )


def with_identity_keys(playlist: str, licence: str) -> str:
    """`playlist` with an `identity` key beside every other one. `licence`: address that a key id is appended to."""
    lines: list[str] = []
    added: set[str] = set()
    for line in playlist.splitlines():
        lines.append(line)
        key_id, method = _key_id(line), _METHOD.search(line)
        if not line.startswith(_TAG):
            added = set() if line.startswith("#EXTINF") else added  # a later group is a new key, or the same one again
        elif key_id and method and key_id not in added:
            added.add(key_id)
            lines.append(f'{_TAG}METHOD={method[1]},URI="{licence}{key_id}",KEYFORMAT="identity",KEYFORMATVERSIONS="1"')
    return "\n".join(lines) + "\n"


def _key_id(line: str) -> str | None:
    """32 hexadecimal digits, from Widevine's line or from FairPlay's."""
    if found := _KEY_ID.search(line):
        return found[1].lower()
    if found := _FAIRPLAY.search(line):
        try:
            raw = base64.b64decode(found[1])
        except ValueError:
            return None
        return raw.hex() if len(raw) == 16 else None
    return None
