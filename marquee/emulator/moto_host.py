"""moto as an ASGI application, by way of its in-process dispatcher: no second server and no Flask."""

import asyncio
import functools
from typing import Any

from marquee.emulator import upstream
from marquee.emulator.asgi import Receive, Scope, Send, headers_of, read_body, respond
from marquee.emulator.hosts import MOTO
from marquee.emulator.services import prefix_lists
from marquee.emulator.signature import Signature

_lock = asyncio.Lock()  # moto's backends are plain dictionaries without locks


@functools.cache
def _moto() -> Any:
    """moto's dispatcher, imported and changed when the first request comes: 0.4 s that not every start needs."""
    prefix_lists.install()
    return upstream.module("moto.core.botocore_stubber").BotocoreStubber()


def _dispatch(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], bytes]:
    fields = upstream.http_headers()
    for name, value in headers.items():
        fields[name] = value
    answer = _moto().process_request(upstream.prepared_request(method, url, fields, body, stream_output=False))
    if answer is None:
        return 501, {}, b"moto knows no such service"
    status, answer_headers, answer_body = answer
    return status, dict(answer_headers), answer_body.encode() if isinstance(answer_body, str) else answer_body


async def serve(scope: Scope, receive: Receive, send: Send, signature: Signature) -> None:
    """Answer one request of a service that lives in moto, in the account and region of its signature."""
    host = f"{MOTO[signature.service]}.{signature.region}.amazonaws.com"
    query = scope.get("query_string", b"").decode()
    url = f"https://{host}{scope['path']}" + (f"?{query}" if query else "")
    headers = headers_of(scope) | {"host": host, "x-moto-account-id": signature.account}
    body = await read_body(receive)
    async with _lock:
        status, answer_headers, answer = await asyncio.to_thread(_dispatch, scope["method"], url, headers, body)
    await respond(send, status, answer, {name: str(value) for name, value in answer_headers.items()})
