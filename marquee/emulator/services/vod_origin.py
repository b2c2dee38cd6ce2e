"""The egress side of MediaPackage VOD: manifests and segments of assets, for a CDN that knows the group's secret."""

import hmac
import re
from pathlib import Path
from typing import Any, Final

from marquee.domain.packaging import CDN_HEADER, EGRESS
from marquee.emulator.asgi import Scope, Send, headers_of, respond
from marquee.emulator.services.mediaconvert_jobs import TYPES
from marquee.emulator.services.mediapackage_vod import Group, MediaPackageVod
from marquee.emulator.services.vod_packages import Packages, UnpackagedError
from marquee.emulator.upstream import module

_PATH: Final = re.compile(rf"{EGRESS}/([0-9a-f]{{32}})/([0-9a-f]{{32}})/([0-9a-f]{{32}})/([A-Za-z0-9][\w.-]*)", re.ASCII)


class VodOrigin:
    """Answers requests to packaging groups' domains."""

    def __init__(self, service: MediaPackageVod, packages: Packages):
        self._service, self._packages = service, packages

    def owns(self, host: str) -> bool:
        """Whether `host` is a packaging group's domain."""
        return self._service.served_at(_name(host)) is not None

    async def serve(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        headers = headers_of(scope)
        group = self._service.served_at(_name(headers.get("host", "")))
        if scope["method"] not in {"GET", "HEAD"}:
            await _refuse(send, 405, "GET and HEAD alone")
        elif group is None or not _admitted(group, headers.get(CDN_HEADER.lower(), "")):
            await _refuse(send, 403, f"{CDN_HEADER} is missing or wrong")
        else:
            await self._answer(send, group, scope["path"], headers.get("range", ""), head=scope["method"] == "HEAD")

    async def _answer(self, send: Send, group: Group, path: str, wanted: str, *, head: bool) -> None:
        named = _PATH.fullmatch(path)
        order = self._service.order(group, *named.groups()[:3]) if named else None
        if named is None or order is None:
            await _refuse(send, 404, "there is no such asset, or it does not play yet")
            return
        try:
            file = await self._packages.folder(order) / named[4]
        except UnpackagedError as error:
            await _refuse(send, 500, f"not packaged: {error}")
            return
        kind, body = TYPES.get(file.suffix), _content(file)
        if kind is None or body is None:
            await _refuse(send, 404, "the package has nothing of that name")
            return
        await _send(send, body, wanted, {"content-type": kind, "accept-ranges": "bytes"}, head=head)


def _name(host: str) -> str:
    return host.partition(":")[0].lower()


def _admitted(group: Group, said: str) -> bool:
    """A group without a secret is open to all, as on AWS."""
    return group.identifier is None or hmac.compare_digest(group.identifier.encode(), said.encode())


def _content(file: Path) -> bytes | None:
    """None for what is not there, and for what has just made room."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


async def _send(send: Send, body: bytes, wanted: str, headers: dict[str, str], *, head: bool) -> None:
    status = 200
    if wanted:
        span: Any = module("ministack.services.s3")._parse_range(wanted, len(body))  # noqa: SLF001 MiniStack has no public way in
        if span is None:
            await respond(send, 416, b"", {**headers, "content-range": f"bytes */{len(body)}"})
            return
        first, last = span
        status, headers = 206, {**headers, "content-range": f"bytes {first}-{last}/{len(body)}"}
        body = body[first : last + 1]
    await respond(send, status, b"" if head else body, headers)


async def _refuse(send: Send, status: int, why: str) -> None:
    await respond(send, status, why.encode(), {"content-type": "text/plain"})
