"""From an origin's answer to a viewer's: conditions, ranges, compression, and the headers that the policies add and take away."""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import brotli  # pyright: ignore[reportMissingTypeStubs]

from marquee.emulator.edge.configuration import Behaviour
from marquee.emulator.edge.entries import Entry
from marquee.emulator.edge.freshness import moment
from marquee.emulator.edge.ranges import cut
from marquee.emulator.edge.viewer import Viewed


def _hsts(given: Mapping[str, Any]) -> str:
    parts = [f"max-age={given['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if given.get("IncludeSubdomains") else []
    return "; ".join([*parts, *(["preload"] if given.get("Preload") else [])])


_COMPRESSED_SIZES = range(1_000, 10_000_001)
"""Bytes that CloudFront compresses."""
_COMPRESSED_TYPES = frozenset({
    "application/dash+xml", "application/javascript", "application/json", "application/vnd.apple.mpegurl", "application/x-mpegurl",
    "application/xml", "audio/mpegurl", "image/svg+xml", "text/css", "text/html", "text/javascript", "text/plain", "text/vtt", "text/xml",
})  # fmt: skip
"""Source: Amazon CloudFront Developer Guide, "Serve compressed files"; those of its list that the platform has."""
_NEVER = re.compile(r"q\s*=\s*0(\.0*)?")
"""Weight of an encoding that a viewer does not want at all."""
_SECURITY: dict[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    # section, and how it is written
    "ContentTypeOptions": ("x-content-type-options", lambda _: "nosniff"),
    "FrameOptions": ("x-frame-options", lambda given: given["FrameOption"]),
    "ReferrerPolicy": ("referrer-policy", lambda given: given["ReferrerPolicy"]),
    "ContentSecurityPolicy": ("content-security-policy", lambda given: given["ContentSecurityPolicy"]),
    "StrictTransportSecurity": ("strict-transport-security", _hsts),
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """What of an entry a viewer gets."""

    status: int
    headers: dict[str, str]
    body: bytes | None
    """None: all of the entry, as it comes."""


def encoding_of(request: Viewed, behaviour: Behaviour) -> str:
    """`br`, `gzip` or nothing: as much of Accept-Encoding as the key holds."""
    parts = [part.partition(";") for part in request.headers.get("accept-encoding", "").split(",")]
    offered = {name.strip().lower() for name, _, weight in parts if not _NEVER.fullmatch(weight.strip().lower())}
    if not behaviour.compress:
        return ""
    if behaviour.cache.brotli and "br" in offered:
        return "br"
    return "gzip" if behaviour.cache.gzip and "gzip" in offered else ""


def compressed(entry: Entry, body: bytes, encoding: str) -> Entry:
    """The entry as the edge keeps it: compressed if it is worth it and the viewer takes it."""
    kind = entry.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not encoding or entry.status != 200 or "content-encoding" in entry.headers:
        return entry
    if kind not in _COMPRESSED_TYPES or len(body) not in _COMPRESSED_SIZES:
        return entry
    smaller = _brotli(body) if encoding == "br" else gzip.compress(body, 6, mtime=0)
    headers = {**entry.headers, "content-encoding": encoding, "vary": "Accept-Encoding"}
    if "etag" in headers and not headers["etag"].startswith("W/"):
        headers["etag"] = f"W/{headers['etag']}"
    made = Entry(status=200, headers=headers, fetched=entry.fetched, expires=entry.expires, origin=entry.origin, asked=entry.asked)
    made.grow(smaller)
    made.close()
    made.ended = entry.ended
    return made


def could_be_compressed(entry: Entry, encoding: str) -> bool:
    """Whether all of it is needed before the first byte can go out."""
    kind = entry.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(encoding) and kind in _COMPRESSED_TYPES and "content-encoding" not in entry.headers


def part_of(request: Viewed, entry: Entry, body: bytes | None) -> Part:
    """What conditions and ranges leave. `body`: all of it if it is here, None while it grows."""
    headers = dict(entry.headers)
    if entry.status == 200 and _is_known(request, headers):
        return Part(status=304, headers={name: value for name, value in headers.items() if not name.startswith("content-")}, body=b"")
    if body is None or entry.status != 200:
        return Part(status=entry.status, headers=headers, body=body)
    headers["accept-ranges"] = "bytes"
    found = cut(request.headers, headers, body) if request.method == "GET" else None
    if found is None:
        return Part(status=200, headers=headers, body=body)
    return Part(status=found.status, headers={**(headers if found.status == 206 else {}), **found.headers}, body=found.body)


def _is_known(request: Viewed, headers: Mapping[str, str]) -> bool:
    """Whether the viewer has it: by its tag, or else by its date. Source: RFC 9110, section 13.2.2."""
    etag = headers.get("etag", "")
    wanted = [one.strip() for one in request.headers.get("if-none-match", "").split(",") if one.strip()]
    if wanted:
        return bool(etag) and any(one == "*" or one.removeprefix("W/") == etag.removeprefix("W/") for one in wanted)
    since, modified = moment(request.headers.get("if-modified-since", "")), moment(headers.get("last-modified", ""))
    return since is not None and modified is not None and modified <= since


def finished(headers: dict[str, str], policy: Mapping[str, Any], request: Viewed) -> dict[str, str]:
    """The headers after the response headers policy."""
    for name in (item["Header"].lower() for item in policy.get("RemoveHeadersConfig", {}).get("Items", [])):
        headers.pop(name, None)
    for section, given in policy.get("SecurityHeadersConfig", {}).items():
        if section in _SECURITY and (given.get("Override") or _SECURITY[section][0] not in headers):
            headers[_SECURITY[section][0]] = _SECURITY[section][1](given)
    for item in policy.get("CustomHeadersConfig", {}).get("Items", []):
        if item.get("Override") or item["Header"].lower() not in headers:
            headers[item["Header"].lower()] = item["Value"]
    if cors := policy.get("CorsConfig"):
        _cors(headers, cors, request)
    return headers


def _cors(headers: dict[str, str], cors: Mapping[str, Any], request: Viewed) -> None:
    origin = request.headers.get("origin", "")
    if not origin or ("access-control-allow-origin" in headers and not cors.get("OriginOverride")):
        return
    allowed = cors["AccessControlAllowOrigins"].get("Items", [])
    listed = [one.strip() for one in headers.get("vary", "").split(",") if one.strip()]
    headers["vary"] = ", ".join(listed if "origin" in {one.lower() for one in listed} else [*listed, "Origin"])
    if origin not in allowed and "*" not in allowed:
        headers.pop("access-control-allow-origin", None)
        return
    with_credentials = str(cors.get("AccessControlAllowCredentials")).lower() == "true"
    headers["access-control-allow-origin"] = origin if with_credentials or origin in allowed else "*"
    if with_credentials:
        headers["access-control-allow-credentials"] = "true"
    if exposed := cors.get("AccessControlExposeHeaders", {}).get("Items"):
        headers["access-control-expose-headers"] = ", ".join(exposed)
    if request.method == "OPTIONS" and "access-control-request-method" in request.headers:
        headers["access-control-allow-methods"] = ", ".join(cors["AccessControlAllowMethods"].get("Items", []))
        headers["access-control-allow-headers"] = ", ".join(cors["AccessControlAllowHeaders"].get("Items", []))
        if "AccessControlMaxAgeSec" in cors:
            headers["access-control-max-age"] = str(cors["AccessControlMaxAgeSec"])


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
