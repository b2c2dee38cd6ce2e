"""moto as an ASGI application, by way of its in-process dispatcher: no second server and no Flask."""

import asyncio
import functools
import json
from typing import Any
from xml.sax.saxutils import escape

from marquee.emulator import upstream
from marquee.emulator.asgi import Receive, Scope, Send, headers_of, read_body, respond
from marquee.emulator.hosts import MOTO
from marquee.emulator.services import networks
from marquee.emulator.signature import Signature

_lock = asyncio.Lock()  # moto's backends are plain dictionaries without locks


@functools.cache
def _moto() -> Any:
    """moto's dispatcher, imported and changed when the first request comes: 0.4 s that not every start needs."""
    networks.install()
    return upstream.module("moto.core.botocore_stubber").BotocoreStubber()


def _dispatch(method: str, url: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, Any], bytes]:
    fields = upstream.http_headers()
    for name, value in headers.items():
        fields[name] = value
    try:
        answer = _moto().process_request(upstream.prepared_request(method, url, fields, body, stream_output=False))
    except NotImplementedError as error:
        return _not_implemented(str(error), is_json="x-amz-json" in headers.get("content-type", ""))
    if answer is None:
        return _not_implemented(f"moto knows nothing at {url}", is_json=True)
    status, answer_headers, answer_body = answer
    return status, dict(answer_headers), answer_body.encode() if isinstance(answer_body, str) else answer_body


def _not_implemented(message: str, *, is_json: bool) -> tuple[int, dict[str, Any], bytes]:
    if is_json:
        return 501, {"content-type": "application/json"}, json.dumps({"__type": "NotImplemented", "message": message}).encode()
    error = f"<Error><Code>NotImplemented</Code><Message>{escape(message)}</Message></Error>"
    return 501, {"content-type": "text/xml"}, f"<Response><Errors>{error}</Errors></Response>".encode()


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
