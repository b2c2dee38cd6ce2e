"""Edges that run beside the emulator: the platform's media name leads its functions to the one that serves it.

To a function it looks as on AWS. The name resolves as long as an edge serves it, which on AWS is always; the connection is encrypted, and
the certificate is for that name.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import asyncio
import json
import re
from typing import Any, Final

from marquee.emulator.asgi import Scope, Send, headers_of, respond
from marquee.emulator.services.own import ApiError
from marquee.emulator.upstream import module
from marquee.emulator.visits import Door

EDGE_PATH: Final = "/_marquee/edge"
"""Where an edge posts `{"name", "port"}` when it begins to serve a name on a port of the loopback, with null for the port when it ends;
and where a function posts `{"name"}` to resolve one. The answer is `{"known", "served"}`: whether a distribution has the name, and whether
an edge serves it. No bucket can have that name."""
_NAME: Final = re.compile(r"media(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
"""The only names that lead to an edge."""
_HOP: Final = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})


class Edges:
    """Which names are served, and where."""

    def __init__(self) -> None:
        self._ports: dict[str, int] = {}

    def control(self, body: bytes) -> bytes:
        """Note that a name is served, or not any more, and tell what becomes of it. ApiError for a name that leads to no edge."""
        asked: dict[str, Any] = json.loads(body)
        name = str(asked["name"]).lower()
        if isinstance(asked.get("port"), int):
            if not _NAME.fullmatch(name):
                raise ApiError(400, "ValidationException", f"{name} is no media name")
            self._ports[name] = asked["port"]
        elif "port" in asked:
            self._ports.pop(name, None)
        return json.dumps({"known": name in self._ports or _is_an_alias(name), "served": name in self._ports}).encode()

    def owns(self, host: str) -> bool:
        """Whether a request to `host` is for an edge."""
        return host.lower() in self._ports

    async def serve(self, scope: Scope, send: Send) -> None:
        """Hand a request on to its edge, and the answer back. No distribution of media takes a body."""
        headers, query = headers_of(scope), scope.get("query_string", b"").decode("latin-1")
        host = headers["host"].lower()
        url = f"https://{host}{scope['raw_path'].decode('latin-1')}{f'?{query}' if query else ''}"
        kept = {name: value for name, value in headers.items() if name not in _HOP | {"host"}}
        door = Door(endpoint=f"http://127.0.0.1:{self._ports[host]}", ca_bundle="")
        try:
            answer = await asyncio.to_thread(door.visit, scope["method"], url, headers=kept)
        except OSError:
            await respond(send, 502, b"The edge does not answer.", {"content-type": "text/plain"})
            return
        await respond(send, answer.status, answer.body, {name: value for name, value in answer.headers.items() if name not in _HOP})


def _is_an_alias(name: str) -> bool:
    """Whether a distribution of any account has the name."""
    cloudfront = module("ministack.services.cloudfront")
    return any(name in cloudfront._get_distribution_aliases(one) for one in list(cloudfront._distributions._data.values()))
