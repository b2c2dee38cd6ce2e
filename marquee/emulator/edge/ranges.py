"""Parts of an answer. Source: Amazon CloudFront Developer Guide, "How CloudFront processes partial requests for an object (range GETs)"."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marquee.emulator.edge.freshness import moment

Span = tuple[int, int]
"""First and last byte."""
_SPEC = re.compile(r"(\d{1,18})-(\d{0,18})|-(\d{1,18})", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """What a range leaves of an answer."""

    status: int
    headers: Mapping[str, str]
    """Beside the answer's own."""
    body: bytes


def cut(request: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Cut | None:
    """The ranges that `request`'s headers ask for of an answer with `headers`; None for the whole.

    Several ranges must ascend without overlapping, and one that is malformed spoils all: CloudFront then answers with the whole.
    """
    if "range" not in request or not _holds(request.get("if-range", ""), headers):
        return None
    spans = _spans(request["range"].strip(), len(body))
    if spans is None:
        return None
    if not spans:
        return Cut(status=416, headers={"content-range": f"bytes */{len(body)}"}, body=b"")
    if len(spans) == 1:
        first, last = spans[0]
        return Cut(status=206, headers={"content-range": f"bytes {first}-{last}/{len(body)}"}, body=body[first : last + 1])
    return _several(spans, headers.get("content-type", "application/octet-stream"), body)


def _holds(condition: str, headers: Mapping[str, str]) -> bool:
    """Whether the viewer's other parts are of this very answer. A weak tag does not say so. Source: RFC 9110, section 13.1.5."""
    if not condition:
        return True
    if condition.startswith(('"', "W/")):
        return condition.startswith('"') and condition == headers.get("etag")
    modified = moment(headers.get("last-modified", ""))
    return modified is not None and modified == moment(condition)


def _spans(text: str, size: int) -> Sequence[Span] | None:
    """Those that lie within, empty if none does; None if the ranges are not to be answered as such."""
    if not text.startswith("bytes="):
        return None
    found: list[Span] = []
    for part in text.removeprefix("bytes=").split(","):
        match = _SPEC.fullmatch(part.strip())
        if match is None:
            return None
        if match[3] is not None:
            first, last = max(0, size - int(match[3])), size - 1
        else:
            first, last = int(match[1]), int(match[2]) if match[2] else size - 1
            if match[2] and last < first:
                return None
        if first < size:
            if found and first <= found[-1][1]:
                return None
            found.append((first, min(last, size - 1)))
    return found


def _several(spans: Sequence[Span], kind: str, body: bytes) -> Cut:
    boundary = secrets.token_hex(16)  # nobody can have put it into the content
    parts = [
        f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: bytes {first}-{last}/{len(body)}\r\n\r\n".encode()
        + body[first : last + 1]
        for first, last in spans
    ]
    made = b"".join([*parts, f"\r\n--{boundary}--\r\n".encode()])
    return Cut(status=206, headers={"content-type": f"multipart/byteranges; boundary={boundary}"}, body=made)
