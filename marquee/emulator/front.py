"""The one port: reads whom a request is for, and hands it to the emulator that hosts the service."""

import json
from urllib.parse import parse_qs

from marquee.emulator import moto_host
from marquee.emulator.asgi import App, Receive, Scope, Send, headers_of, read_body, respond
from marquee.emulator.current import set_request
from marquee.emulator.hosts import Host, host_of
from marquee.emulator.recorder import CALLS_PATH, Call, Recorder, Verdict
from marquee.emulator.repeats import Repeated, Repeats
from marquee.emulator.services import http_apis, load_balancers
from marquee.emulator.services.own import PROGRESS_PATH, OwnServices
from marquee.emulator.services.sessions import principal_of
from marquee.emulator.signature import Signature, signature_of
from marquee.errors import MarqueeError

_JSON = {"content-type": "application/json"}


class Front:
    """ASGI application in front of MiniStack (`ministack.app.app`), moto and our own services.

    `x-forwarded-*` headers are dropped: MiniStack believes them, and with one a plain request would pass for an encrypted one.
    """

    def __init__(self, ministack: App, recorder: Recorder, own: OwnServices):
        self._ministack = ministack
        self._recorder = recorder
        self._own = own
        self._repeats = Repeats()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand over a lifespan or WebSocket connection, which are MiniStack's."""
        if scope["type"] != "http":
            await self._ministack(scope, receive, send)
            return
        scope["headers"] = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(b"x-forwarded-")]
        headers, query = headers_of(scope), scope.get("query_string", b"").decode()
        set_request(headers, parse_qs(query, keep_blank_values=True))
        signature = signature_of(headers, query)
        if scope["path"] == CALLS_PATH:
            await respond(send, 200, json.dumps([call.to_json() for call in self._recorder.calls()]).encode(), _JSON)
        elif scope["path"] == PROGRESS_PATH:
            await respond(send, 200, json.dumps(self._own.progress()).encode(), _JSON)
        elif self._own.controls(scope["path"]):
            await self._own.control(scope["path"], receive, send)
        elif self._own.outages is not None and self._own.outages.hits(headers.get("host", ""), signature.region if signature else ""):
            await respond(send, 503, _error("ServiceUnavailable", "the region is down: `marquee local heal` brings it back"), _JSON)
        elif self._own.buckets is not None and self._own.buckets.owns(headers):
            await self._own.buckets.serve(scope, send)
        elif origin := self._own.origin(headers.get("host", "")):
            await origin.serve(scope, send)
        elif visited := next((each for each in (load_balancers, http_apis) if each.owns(headers.get("host", ""))), None):
            visit = load_balancers.Visit(
                host=headers["host"],
                secure=scope["scheme"] == "https",
                method=scope["method"],
                path=scope["path"],
                query=query,
                headers=headers,
                body=await read_body(receive),
            )
            status, answer_headers, body = await visited.answer(visit)
            await respond(send, status, body, answer_headers)
        elif signature:
            await self._serve_signed(scope, receive, send, signature)
        else:  # public objects, token keys, APIs: MiniStack knows them by path and host
            await self._ministack(scope, receive, send)

    async def _serve_signed(self, scope: Scope, receive: Receive, send: Send, signature: Signature) -> None:
        call = Repeated.of(headers_of(scope), signature.access_key)
        if not await self._repeats.answered(call, send):
            await self._carry_out(scope, receive, self._repeats.noting(scope["method"], call, send), signature)

    async def _carry_out(self, scope: Scope, receive: Receive, send: Send, signature: Signature) -> None:
        try:
            host = host_of(signature.service)
        except MarqueeError as error:
            await respond(send, 501, _error("UnknownService", f"{error.what} {error.fix}"), _JSON)
            return
        if host is Host.MINISTACK:
            await self._ministack(scope, receive, send)
        elif host is Host.OWN:
            await self._own.serve(scope, receive, send, signature)
        elif signature.account:
            await moto_host.serve(scope, receive, send, signature)
        else:  # a role's session: its policies lie in MiniStack, and nothing derives the action yet
            reason = f"calls of roles to {signature.service} are not judged"
            principal = principal_of(signature.access_key)
            call = Call(principal=principal, action="", resource="*", region=signature.region, verdict=Verdict.UNJUDGED, reason=reason)
            self._recorder.add(call)
            await respond(send, 403, _error("AccessDeniedException", reason), _JSON)


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"__type": kind, "message": message}).encode()
