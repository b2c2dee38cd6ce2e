"""Around each request: which distribution answers it, and what is written down of it."""

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError  # pyright: ignore[reportMissingTypeStubs]

from marquee.emulator.asgi import Message, Scope, Send
from marquee.emulator.edge.canary import Canaries
from marquee.emulator.edge.configuration import Distribution
from marquee.emulator.edge.edge import Reply
from marquee.emulator.edge.exchange import Exchange
from marquee.emulator.edge.log_writers import AccessLogs, RealtimeLogs
from marquee.emulator.edge.statistics import Statistics
from marquee.emulator.edge.viewer import Viewed
from marquee.emulator.process import Emulator
from marquee.emulator.services.edge_logs import EDGE_LOGS_PATH

_EVERY, _FILES_EVERY = 0.5, 60.0
"""Seconds between deliveries of lines, and of files. CloudFront takes seconds, and up to an hour."""


class Watch:
    """Counts what is sent. Sizes are those of the status line, the headers and the body, without the framing of chunks."""

    def __init__(self, send: Send):
        self._send, self._began, self.wall = send, time.perf_counter(), time.time()
        self.status, self.sent, self.first, self.whole = 0, 0, 0.0, False
        self.headers: dict[str, str] = {}

    async def __call__(self, message: Message) -> None:
        """Send on."""
        if message["type"] == "http.response.start":
            self.status, self.first = message["status"], self.elapsed
            self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
            self.sent += _size(message["headers"])
        else:
            self.sent += len(message.get("body", b""))
            self.whole = not message.get("more_body", False)
        await self._send(message)

    @property
    def elapsed(self) -> float:
        """Seconds since the request came."""
        return time.perf_counter() - self._began


@dataclass(frozen=True, kw_only=True)
class Route:
    """A request's way."""

    primary: Distribution
    distribution: Distribution
    id: str
    cookie: str
    """To set; empty for none."""

    def marked(self, reply: Reply) -> Reply:
        """The reply with the request's id and the session's cookie."""
        cookies = [one for one in (reply.headers.get("set-cookie", ""), self.cookie) if one]
        added = {"set-cookie": "\n".join(cookies)} if cookies else {}
        return replace(reply, headers={**reply.headers, **added, "x-amz-cf-id": self.id})


class Traffic:
    """Routes and logs. Without canaries or logs it does neither."""

    def __init__(
        self,
        statistics: Statistics,
        *,
        canaries: Canaries | None = None,
        realtime: RealtimeLogs | None = None,
        access: AccessLogs | None = None,
        country: Callable[[], str] = str,
    ):
        """`country`: two letters of the viewers', who are all in one place here; empty if unknown."""
        self._statistics, self._country = statistics, country
        self._canaries, self._realtime, self._access = canaries, realtime, access

    def route(self, primary: Distribution, request: Viewed) -> Route:
        """Who answers."""
        distribution, cookie = self._canaries.choose(primary, request, time.time()) if self._canaries else (primary, "")
        return Route(primary=primary, distribution=distribution, id=f"{secrets.token_urlsafe(40)}==", cookie=cookie)

    def served(self, route: Route, request: Viewed, reply: Reply, watch: Watch, scope: Scope) -> None:
        """Note what became of a request."""
        result = reply.headers["x-cache"].partition(" ")[0]
        self._statistics.noted(route.distribution, result)
        entry = reply.entry
        asked = entry is not None and entry.asked >= watch.wall
        exchange = Exchange(
            distribution=route.distribution,
            primary=route.primary,
            behaviour=route.distribution.behaviour(request.path),
            request=request,
            id=route.id,
            version=scope.get("http_version", "1.1"),
            secure=scope.get("scheme") == "https",
            port=scope["client"][1],
            country=self._country(),
            finished=time.time(),
            first_byte=watch.first,
            taken=watch.elapsed,
            status=watch.status,
            headers=watch.headers,
            sent=watch.sent,
            received=_size(scope["headers"]) + len(scope.get("query_string", b"")) + len(request.path) + len(request.body),
            result=result,
            whole=watch.whole,
            origin_times=(entry.fetched - entry.asked, entry.ended - entry.asked) if entry is not None and asked else None,
        )
        for log in (self._realtime, self._access):
            if log is not None:
                log.add(exchange)

    async def begin(self, distributions: Sequence[Distribution]) -> None:
        """Read policies and configurations."""
        await asyncio.to_thread(self._read, distributions)

    async def follow(self, distributions: Sequence[Distribution]) -> None:
        """Read what changes and deliver what waits, for ever."""
        written = time.monotonic()
        while True:
            await asyncio.sleep(_EVERY)
            with contextlib.suppress(OSError, BotoCoreError, ClientError):  # what was read last stands
                await asyncio.to_thread(self._read, distributions)
            files = time.monotonic() >= written + _FILES_EVERY
            await self.flush(files=files)
            written = time.monotonic() if files else written

    async def flush(self, *, files: bool = True) -> None:
        """Deliver what waits."""
        if self._realtime is not None:
            await asyncio.to_thread(self._realtime.flush)
        if self._access is not None and files:
            await asyncio.to_thread(self._access.flush)

    def _read(self, distributions: Sequence[Distribution]) -> None:
        if self._canaries is not None:
            self._canaries.read(distributions)
        if self._realtime is not None:
            self._realtime.read([each.realtime_log for one in distributions for each in one.behaviours if each.realtime_log])
        if self._access is not None:
            self._access.read()


def traffic_of(emulator: Emulator, account: str, statistics: Statistics, country: Callable[[], str]) -> Traffic:
    """With the policies, logs and deliveries of an account."""

    def deliver(logs: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = emulator.visit("POST", emulator.endpoint + EDGE_LOGS_PATH, body=json.dumps(logs).encode())
        if answer.status != 200:
            raise OSError(answer.body.decode(errors="replace"))
        return json.loads(answer.body)

    cloudfront, logs = (emulator.client(service, region="us-east-1", account=account) for service in ("cloudfront", "logs"))
    return Traffic(
        statistics,
        canaries=Canaries(cloudfront),
        realtime=RealtimeLogs(cloudfront, deliver, statistics.logs),
        access=AccessLogs(logs, deliver, statistics.logs),
        country=country,
    )


def _size(headers: Sequence[tuple[bytes, bytes]]) -> int:
    """Bytes of a first line and headers as HTTP/1.1 writes them."""
    return len(b"HTTP/1.1 200 OK\r\n\r\n") + sum(len(name) + len(value) + len(b": \r\n") for name, value in headers)
