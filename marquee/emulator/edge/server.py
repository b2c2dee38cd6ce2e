"""The edge as a server on the loopback, in a thread of its own."""

import asyncio
import contextlib
import gzip
import json
import socket
import ssl
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import brotli  # pyright: ignore[reportMissingTypeStubs]
import httpx
import uvicorn

from marquee.emulator import upstream
from marquee.emulator.asgi import App, Receive, Scope, Send, headers_of, read_body, respond
from marquee.emulator.clients import SECRET_KEY
from marquee.emulator.dns.names import Names
from marquee.emulator.edge.code import EdgeFunctions
from marquee.emulator.edge.door import Door
from marquee.emulator.edge.edge import Edge, Reply
from marquee.emulator.edge.entries import BrokenAnswerError
from marquee.emulator.edge.firewall import Firewall
from marquee.emulator.edge.gate import Gate
from marquee.emulator.edge.origins import Origins
from marquee.emulator.edge.playlists import HLS_KEYS, has_key_route, with_identity_keys
from marquee.emulator.edge.state import State
from marquee.emulator.edge.statistics import Statistics
from marquee.emulator.edge.viewer import Viewed, cookies_of
from marquee.emulator.process import Emulator
from marquee.emulator.services.edges import EDGE_PATH
from marquee.errors import MarqueeError

_STATISTICS = "edge"
"""Local name under which the edge tells what it counted."""
_BODY_LIMIT = 1024 * 1024  # bytes of a request; nothing at the edge takes more


class EdgeServer:
    """Serves every distribution of an account, inside `with`. Raises MarqueeError if it cannot start."""

    def __init__(self, emulator: Emulator, *, account: str, domain: str, regions: Sequence[str], port: int = 0, app: App | None = None):
        """`app`: what answers hosts that are no distribution's, such as the player's page. `port`: 0 takes a free one."""
        self._emulator, self._account, self._app, self._regions = emulator, account, app, regions
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.door = Door(domain=domain, port=self._listener.getsockname()[1])
        self.names = Names(emulator, account, regions)
        self.statistics = Statistics()
        self._ready = threading.Event()
        self._problem: BaseException | None = None
        self._server: uvicorn.Server | None = None
        self._thread = threading.Thread(target=self._run, name="edge", daemon=True)

    def __enter__(self) -> Self:
        self.names.__enter__()
        self._thread.start()
        self._ready.wait(timeout=60)
        if self._problem is not None or not self._ready.is_set():
            self.__exit__(None, None, None)
            problem = self._problem
            raise problem if isinstance(problem, MarqueeError) else MarqueeError(f"the edge did not start: {problem}")
        self._tell_functions(self.door.port)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            self._tell_functions(None)
            self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        self.names.__exit__()
        self._listener.close()

    def _tell_functions(self, port: int | None) -> None:
        """From now on the media name leads the platform's functions here, or nowhere."""
        body = json.dumps({"name": f"media.{self.door.domain}", "port": port}).encode()
        with contextlib.suppress(OSError):  # an emulator that is gone has no functions
            self._emulator.visit("POST", self._emulator.endpoint + EDGE_PATH, body=body)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as problem:  # noqa: BLE001 it is raised again in the caller's thread
            self._problem = problem
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        functions = EdgeFunctions()
        context = ssl.create_default_context(cafile=self._emulator.ca_bundle)
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        timeout = httpx.Timeout(30, connect=3)
        client = httpx.AsyncClient(base_url=self._emulator.endpoint, verify=context, limits=limits, timeout=timeout, trust_env=False)
        origins = Origins(client=client, resolve=self.names.host, statistics=self.statistics)
        state = State(self._client("cloudfront"), self._stores(), functions)
        firewall = Firewall(self._client("wafv2"), self._client("logs"), self.statistics.firewall)
        gate = Gate(firewall, lambda: self.names.viewer.country, self.statistics.firewall)
        edge = Edge(state, origins, functions, self.statistics, gate)
        await functions.start()
        try:
            await state.begin()
            await firewall.begin({one.web_acl for one in state.distributions if one.web_acl})
            keys = self.door.local("api") + HLS_KEYS if await asyncio.to_thread(self._hands_out_keys) else None
            follow = asyncio.gather(state.follow(edge.forget), firewall.follow())
            self._server = uvicorn.Server(_config(_Application(edge, self.door, self._app, keys)))
            serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
            while not self._server.started and not serving.done():
                await asyncio.wait([serving], timeout=0.01)
            self._ready.set()
            await serving
            follow.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await follow
            await firewall.flush()
        finally:
            await origins.close()
            await functions.stop()

    def _stores(self) -> Any:
        """Signed as other services are: what AWS wants for this one (SigV4A) takes a library with a compiled core."""
        keys = {"access_key": self._account, "secret_key": SECRET_KEY}
        config = upstream.config(signature_version="v4")
        client = self._emulator.client_as("cloudfront-keyvaluestore", region="us-east-1", credentials=keys, config=config)

        def stay_on_the_loopback(request: Any, **_: Any) -> None:
            """The client puts the account before the host, which then is no address any more."""
            request.url = request.url.replace(f"//{self._account}.", "//", 1)

        client.meta.events.register("before-sign", stay_on_the_loopback)
        return client

    def _hands_out_keys(self) -> bool:
        return any(has_key_route(self._emulator.client("apigatewayv2", region=region, account=self._account)) for region in self._regions)

    def _client(self, service: str) -> Any:
        return self._emulator.client(service, region="us-east-1", account=self._account)


class _Application:
    """From ASGI to the edge and back."""

    def __init__(self, edge: Edge, door: Door, other: App | None, keys: str | None):
        """`keys`: where players get keys of HLS by their id; None where nobody hands them out."""
        self._edge, self._door, self._other, self._keys = edge, door, other, keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = headers_of(scope)
        host = self._door.real(headers.get("host", ""))
        distribution = self._edge.distribution(host)
        if distribution is None:
            await self._elsewhere(host, scope, receive, send)
            return
        body = await read_body(receive)
        if len(body) > _BODY_LIMIT:
            await respond(send, 413, b"The request is too large.", {"content-type": "text/plain"})
            return
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        request = Viewed(
            method=scope["method"],
            host=host,
            path=raw.partition(b"?")[0].decode("latin-1"),
            query=scope.get("query_string", b"").decode("latin-1"),
            headers={**self._door.inward(headers), "host": host},
            address=scope["client"][0],
            body=body,
            cookies=cookies_of(headers.get("cookie", "")),
        )
        await self._send(send, request, await self._edge.answer(distribution, request))

    async def _elsewhere(self, host: str, scope: Scope, receive: Receive, send: Send) -> None:
        if host == f"{_STATISTICS}.{self._door.domain}":
            await respond(send, 200, json.dumps(self._edge.statistics.to_json()).encode(), {"content-type": "application/json"})
        elif self._other is not None and host in {self._door.domain, f"player.{self._door.domain}"}:
            await self._other(scope, receive, send)
        else:
            await respond(send, 421, b"No distribution has this name.", {"content-type": "text/plain"})

    async def _send(self, send: Send, request: Viewed, reply: Reply) -> None:
        headers, body = self._door.outward(reply.headers), reply.body
        if self._door.translates(headers.get("content-type", "")) and not isinstance(body, bytes):
            body = b"".join([part async for part in body])
        if isinstance(body, bytes):
            if self._door.translates(headers.get("content-type", "")) and body:
                body = self._translated(headers, body)
            if reply.status not in {204, 304} and request.method != "HEAD":
                headers["content-length"] = str(len(body))
            await send({"type": "http.response.start", "status": reply.status, "headers": _fields(headers)})
            await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})
            return
        headers.pop("content-length", None)
        await send({"type": "http.response.start", "status": reply.status, "headers": _fields(headers)})
        with contextlib.suppress(BrokenAnswerError):  # the connection then ends without the last chunk, as it should
            async for part in body:
                await send({"type": "http.response.body", "body": part, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    def _translated(self, headers: dict[str, str], body: bytes) -> bytes:
        """In plain: what is compressed for a network is of no use on a loopback."""
        match headers.pop("content-encoding", ""):
            case "gzip":
                body = gzip.decompress(body)
            case "br":
                body = bytes(brotli.decompress(body))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
            case _:
                pass
        text = self._door.translated(body.decode("utf-8", "surrogateescape"))
        if self._keys is not None and text.startswith("#EXTM3U"):
            text = with_identity_keys(text, self._keys)
        return text.encode("utf-8", "surrogateescape")


def _config(application: App) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        http="h11",  # the parser that takes nothing but what RFC 9112 allows
        ws="none",
        h11_max_incomplete_event_size=65_536,
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )


def _fields(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [
        (name.encode("latin-1"), one.encode("latin-1", "replace"))
        for name, value in headers.items()
        for one in (value.split("\n") if name == "set-cookie" else [value.replace("\n", " ")])
    ]
