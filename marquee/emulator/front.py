"""The one port: reads whom a request is for, and hands it to the emulator that hosts the service."""

import json
from urllib.parse import parse_qs

from marquee.emulator import moto_host
from marquee.emulator.asgi import App, Receive, Scope, Send, headers_of, respond
from marquee.emulator.current import set_request
from marquee.emulator.hosts import Host, host_of
from marquee.emulator.recorder import CALLS_PATH, Recorder
from marquee.emulator.signature import signature_of
from marquee.errors import MarqueeError


class Front:
    """ASGI application in front of MiniStack (`ministack.app.app`) and moto.

    `x-forwarded-*` headers are dropped: MiniStack believes them, and with one a plain request would pass for an encrypted one.
    """

    def __init__(self, ministack: App, recorder: Recorder):
        self._ministack = ministack
        self._recorder = recorder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one connection. Unsigned requests (load balancers, APIs, public objects) are MiniStack's."""
        if scope["type"] != "http":
            await self._ministack(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(b"x-forwarded-")]
        headers, query = headers_of(scope), scope.get("query_string", b"").decode()
        set_request(headers, parse_qs(query, keep_blank_values=True))
        if scope["path"] == CALLS_PATH:
            answer = json.dumps([call.to_json() for call in self._recorder.calls()]).encode()
            await respond(send, 200, answer, {"content-type": "application/json"})
            return
        signature = signature_of(headers, query)
        try:
            host = host_of(signature.service) if signature else Host.MINISTACK
        except MarqueeError as error:
            answer = json.dumps({"__type": "UnknownService", "message": f"{error.what} {error.fix}"}).encode()
            await respond(send, 501, answer, {"content-type": "application/json"})
            return
        if signature and host is Host.MOTO:
            await moto_host.serve(scope, receive, send, signature)
        else:
            await self._ministack(scope, receive, send)
