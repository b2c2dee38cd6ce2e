"""From an origin's answer to a viewer's: conditions, ranges, compression, and the headers that the policies add and take away."""

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import brotli  # pyright: ignore[reportMissingTypeStubs]

from marquee.emulator.edge.configuration import Behaviour
from marquee.emulator.edge.entries import Entry
from marquee.emulator.edge.viewer import RANGE, Viewed


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
    offered = {part.partition(";")[0].strip().lower() for part in request.headers.get("accept-encoding", "").split(",")}
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
    made = Entry(status=200, headers=headers, fetched=entry.fetched, expires=entry.expires, origin=entry.origin)
    made.grow(smaller)
    made.close()
    return made


def could_be_compressed(entry: Entry, encoding: str) -> bool:
    """Whether all of it is needed before the first byte can go out."""
    kind = entry.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(encoding) and kind in _COMPRESSED_TYPES and "content-encoding" not in entry.headers


def part_of(request: Viewed, entry: Entry, body: bytes | None) -> Part:
    """What conditions and ranges leave. `body`: all of it if it is here, None while it grows."""
    headers = dict(entry.headers)
    etag = headers.get("etag", "")
    wanted = [one.strip() for one in request.headers.get("if-none-match", "").split(",") if one.strip()]
    if entry.status == 200 and etag and any(one in {"*", etag} or one.removeprefix("W/") == etag.removeprefix("W/") for one in wanted):
        return Part(status=304, headers={name: value for name, value in headers.items() if not name.startswith("content-")}, body=b"")
    if body is None:
        return Part(status=entry.status, headers=headers, body=None)
    if entry.status == 200:
        headers["accept-ranges"] = "bytes"
        span = _span(request, etag, len(body))
        if span == "none":
            return Part(status=416, headers={"content-range": f"bytes */{len(body)}"}, body=b"")
        if isinstance(span, tuple):
            first, last = span
            headers["content-range"] = f"bytes {first}-{last}/{len(body)}"
            return Part(status=206, headers=headers, body=body[first : last + 1])
    return Part(status=entry.status, headers=headers, body=body)


def _span(request: Viewed, etag: str, size: int) -> tuple[int, int] | str | None:
    """First and last byte; `none` for a range outside; None for the whole, also where a range is malformed or there are several."""
    match = RANGE.fullmatch(request.headers.get("range", "").strip())
    if match is None or (match[1], match[2]) == ("", "") or max(len(match[1]), len(match[2])) > 18:
        return None
    condition = request.headers.get("if-range", "")
    if condition and condition != etag:
        return None
    if match[1] == "":
        count = min(int(match[2]), size)
        return (size - count, size - 1) if count else "none"
    first = int(match[1])
    last = min(int(match[2]), size - 1) if match[2] else size - 1
    if first >= size:
        return "none"
    return (first, last) if last >= first else None


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


def preflight(request: Viewed, policy: Mapping[str, Any]) -> dict[str, str] | None:
    """What a browser's question before a request is told; None where the policy has no answer."""
    cors = policy.get("CorsConfig")
    if not cors or request.method != "OPTIONS" or "access-control-request-method" not in request.headers:
        return None
    headers: dict[str, str] = {}
    _cors(headers, cors, request)
    if "access-control-allow-origin" in headers:
        headers["access-control-allow-methods"] = ", ".join(cors["AccessControlAllowMethods"].get("Items", []))
        allowed = ", ".join(cors["AccessControlAllowHeaders"].get("Items", []))
        headers["access-control-allow-headers"] = allowed
        if "AccessControlMaxAgeSec" in cors:
            headers["access-control-max-age"] = str(cors["AccessControlMaxAgeSec"])
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


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=5))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
