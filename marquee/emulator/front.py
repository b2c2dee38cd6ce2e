"""The one port: reads whom a request is for, and hands it to the emulator that hosts the service."""

import json

from marquee.emulator import moto_host
from marquee.emulator.asgi import App, Receive, Scope, Send, headers_of, respond
from marquee.emulator.hosts import Host, host_of
from marquee.emulator.signature import signature_of
from marquee.errors import MarqueeError


class Front:
    """ASGI application in front of MiniStack (`ministack.app.app`) and moto."""

    def __init__(self, ministack: App):
        self._ministack = ministack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one connection. Unsigned requests (load balancers, APIs, public objects) are MiniStack's."""
        if scope["type"] != "http":
            await self._ministack(scope, receive, send)
            return
        signature = signature_of(headers_of(scope), scope.get("query_string", b"").decode())
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
