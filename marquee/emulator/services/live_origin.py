"""The egress side of MediaPackage v2: manifests and segments of running channels, a segment while it is still being written.

A caller is CloudFront, signing for a distribution; its signature is stood in for by the header `SOURCE_HEADER`.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from marquee.emulator.asgi import Scope, Send, headers_of, respond
from marquee.emulator.services.live_access import LiveAccess
from marquee.emulator.services.medialive_runs import RUNNING_FILE
from marquee.emulator.services.mediapackage import Endpoint, MediaPackage, OriginChannel

SOURCE_HEADER: Final = "x-marquee-source-arn"
"""ARN of the distribution whose origin access control would sign the request."""
LABEL_HEADER: Final = "x-marquee-emulated"
"""On manifests: what differs from what AWS would serve."""
_PATH: Final = re.compile(r"/out/v1/([\w-]+)/([\w-]+)/([\w-]+)/([\w.-]+)", re.ASCII)
_SEGMENT: Final = re.compile(r"segment-\d+-\d+-\d+\.m4s", re.ASCII)
_TYPES: Final = {".mpd": "application/dash+xml", ".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4"}
_LOOK_EVERY: Final = 0.02  # seconds
_WAIT: Final = 3.0
"""Seconds that a request for the segment that is about to begin waits for it: a low-latency player asks that early."""


class LiveOrigin:
    """Answers requests to egress domains."""

    def __init__(self, service: MediaPackage, access: LiveAccess):
        self._service, self._access = service, access

    def owns(self, host: str) -> bool:
        """Whether `host` is an egress domain."""
        return self._service.served_at(host.partition(":")[0].lower()) is not None

    async def serve(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        found = self._find(headers.get("host", ""), scope["path"])
        if scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send, 405, "GET and HEAD alone")
        elif found is None:
            await _refuse(send, 404, "there is no such endpoint")
        elif not self._access.reader(headers.get(SOURCE_HEADER, ""), found[0], found[1]):
            await _refuse(send, 403, "the endpoint's policy does not allow it")
        else:
            await self._answer(send, *found, head=scope["method"] == "HEAD")

    def _find(self, host: str, path: str) -> tuple[OriginChannel, Endpoint, str] | None:
        group, match = self._service.served_at(host.partition(":")[0].lower()), _PATH.fullmatch(path)
        if group is None or match is None:
            return None
        group_name, channel_name, endpoint_name, file = match.groups()
        channel = group.channels.get(channel_name)
        endpoint = channel.endpoints.get(endpoint_name) if channel is not None and channel.group == group_name else None
        return (channel, endpoint, file) if channel is not None and endpoint is not None else None

    async def _answer(self, send: Send, channel: OriginChannel, endpoint: Endpoint, file: str, *, head: bool) -> None:
        if file == "time":
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
            await respond(send, 200, now, {"content-type": "text/plain", "cache-control": "no-store"})
        elif _SEGMENT.fullmatch(file) and not head:
            await _serve_growing(send, channel.folder / file)
        else:
            await _serve_whole(send, channel.folder, _on_disk(endpoint, file), head=head)


def _on_disk(endpoint: Endpoint, file: str) -> str:
    """The encoder calls its manifests `index`, the endpoint what it was told to."""
    stem, _, ending = file.rpartition(".")
    kinds = {"mpd": ("DashManifests",), "m3u8": ("HlsManifests", "LowLatencyHlsManifests")}.get(ending, ())
    known = [name for kind in kinds for name in endpoint.manifests(kind)]
    return f"index.{ending}" if stem in known else "" if stem == "index" else file


async def _serve_whole(send: Send, folder: Path, name: str, *, head: bool) -> None:
    path = folder / name
    kind = _TYPES.get(path.suffix)
    if kind is None or not path.is_file():
        await _refuse(send, 404, "there is nothing of that name; a channel that is idle, or gets no contribution, has no manifest")
        return
    body = path.read_bytes()
    headers = {"content-type": kind, "cache-control": "max-age=1" if path.suffix in {".mpd", ".m3u8"} else "max-age=3600"}
    if path.suffix in {".mpd", ".m3u8"}:
        headers[LABEL_HEADER] = _label(folder)
    await respond(send, 200, b"" if head else body, headers)


def _label(folder: Path) -> str:
    try:
        note = json.loads((folder / RUNNING_FILE).read_text())
        renditions = f"{note['encoded']} of {note['asked']} renditions"
    except (OSError, ValueError, KeyError):
        renditions = "the channel has stopped"
    return f"not encrypted; low-latency DASH, ordinary HLS without parts; one pipeline; {renditions}"


async def _serve_growing(send: Send, path: Path) -> None:
    """A segment from its first byte on, each part as soon as it is written: chunked, since nobody knows how long it will be."""
    parts = _grow(path)
    first = await anext(parts, None)
    if first is None:
        await _refuse(send, 404, "the segment is gone, or does not begin soon")
        return
    fields = [(b"content-type", _TYPES[".m4s"].encode()), (b"cache-control", b"max-age=3600")]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": first, "more_body": True})
    async for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _grow(path: Path) -> AsyncIterator[bytes]:
    """What is written to `path`, whose name ends in `.tmp` until it is complete. Nothing if it does not begin, or its encoder ended."""
    growing = path.with_name(f"{path.name}.tmp")
    waited = 0.0
    while not (_there(path) or _there(growing)):
        if waited >= _WAIT:
            return
        await asyncio.sleep(_LOOK_EVERY)
        waited += _LOOK_EVERY
    try:
        file = (path if _there(path) else growing).open("rb")
    except FileNotFoundError:  # renamed in between
        file = path.open("rb")
    with file:
        silent = 0.0
        while silent < _WAIT:
            complete = _there(path)
            if part := file.read():
                silent = 0.0
                yield part
            elif complete:
                return
            else:
                await asyncio.sleep(_LOOK_EVERY)
                silent += _LOOK_EVERY


def _there(path: Path) -> bool:
    """A look at a local disk, which does not keep the loop waiting."""
    return path.is_file()


async def _refuse(send: Send, status: int, why: str) -> None:
    await respond(send, status, why.encode(), {"content-type": "text/plain"})
