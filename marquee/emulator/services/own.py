"""Services that are ours: authentication, permissions and protocol, in front of what each of them does."""
# ruff: noqa: SLF001 MiniStack has no public way in

import asyncio
import contextvars
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qs, quote

from marquee.emulator import rest_json
from marquee.emulator.asgi import Receive, Scope, Send, headers_of, read_body, respond
from marquee.emulator.service_model import check, service_model
from marquee.emulator.services.enforcement import Enforcement
from marquee.emulator.services.sessions import attempts
from marquee.emulator.services.wire import Operation
from marquee.emulator.signature import Signature
from marquee.emulator.upstream import module

PROGRESS_PATH = "/_marquee/media/jobs"
"""Where the front answers how far each media job is, as JSON: a list of `{"service", "account", "id", "status", "phase", "percent",
"userMetadata", "outputs": [{"output", "percent"}]}`, oldest first; percents are 0 to 100. No bucket can have that name."""


class ApiError(Exception):
    """An error answer of a service."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """A call that its caller may make, and that the service model lets pass."""

    operation: str
    parameters: Mapping[str, Any]
    """By the model's names."""
    account: str
    region: str


class Service(Protocol):
    """What an own service is."""

    def answer(self, call: ApiCall) -> Mapping[str, Any]:
        """The answer by the model's names. Raises ApiError. Runs in a thread of its own."""
        ...

    def progress(self) -> list[dict[str, Any]]:
        """Its media jobs, in the form that `PROGRESS_PATH` states."""
        ...


class Origin(Protocol):
    """What serves host names of its own, without a protocol of AWS's."""

    def owns(self, host: str) -> bool:
        """Whether a request to `host` is for it."""
        ...

    async def serve(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        ...


class HeaderOrigin(Protocol):
    """What serves requests that a header marks."""

    def owns(self, headers: dict[str, str]) -> bool:
        """Whether the request is for it."""
        ...

    async def serve(self, scope: Scope, send: Send) -> None:
        """Answer one request."""
        ...


class Hits(Protocol):
    """What makes regions fail."""

    def hits(self, host: str, signed_for: str = "") -> bool:
        """Whether a request is for a region that is down."""
        ...


class OwnServices:
    """Serves the signing names in `services`. Every one speaks REST-JSON."""

    def __init__(
        self,
        enforcement: Enforcement,
        services: Mapping[str, Service],
        *,
        origins: Sequence[Origin] = (),
        buckets: "HeaderOrigin | None" = None,
        outages: "Hits | None" = None,
        controls: Mapping[str, Callable[[bytes], bytes]] | None = None,
    ):
        """`controls`: paths that the emulator's own user posts to → what answers. ApiError refuses."""
        self.buckets, self.outages, self._origins, self._controls = buckets, outages, origins, controls or {}
        self._enforcement = enforcement
        self._services = services

    async def serve(self, scope: Scope, receive: Receive, send: Send, signature: Signature) -> None:
        """Answer one signed request."""
        body = await read_body(receive)
        context = contextvars.copy_context()
        try:
            status, answer = await asyncio.to_thread(context.run, self._answer, scope, signature, body)
            headers = {"content-type": "application/json"}
        except ApiError as error:
            status, answer = error.status, json.dumps({"message": str(error)}).encode()
            headers = {"content-type": "application/json", "x-amzn-errortype": error.code}
        await respond(send, status, answer, headers)

    def progress(self) -> list[dict[str, Any]]:
        """The media jobs of all services."""
        return [job for service in self._services.values() for job in service.progress()]

    def origin(self, host: str) -> Origin | None:
        """What serves `host`."""
        return next((one for one in self._origins if one.owns(host)), None)

    def controls(self, path: str) -> bool:
        """Whether the emulator's user may post to `path`."""
        return path in self._controls

    async def control(self, path: str, receive: Receive, send: Send) -> None:
        """Answer a post to `path`."""
        try:
            status, answer = 200, await asyncio.to_thread(self._controls[path], await read_body(receive))
        except ApiError as error:
            status, answer = error.status, json.dumps({"message": str(error)}).encode()
        await respond(send, status, answer, {"content-type": "application/json"})

    def call(self, service: str, call: ApiCall) -> Mapping[str, Any]:
        """A call from inside AWS, whose permission was judged already. Raises ApiError."""
        _require_fitting(service, call.operation, call.parameters)
        return self._services[service].answer(call)

    def _answer(self, scope: Scope, signature: Signature, body: bytes) -> tuple[int, bytes]:
        account = _pin(scope, signature, body)
        raw, query = _raw_path(scope), scope.get("query_string", b"").decode()
        try:
            asked = rest_json.parse(signature.service, scope["method"], raw, query, body)
        except rest_json.MalformedError as error:
            raise ApiError(400, "BadRequestException", str(error)) from error
        if asked is None:
            raise ApiError(404, "UnknownOperationException", f"{signature.service} has nothing at {scope['method']} {raw}")
        operation = Operation(service=signature.service, name=asked.operation, parameters=asked.parameters)
        for attempt in attempts(operation, signature.access_key, signature.region, account):
            refused = self._enforcement.judge(attempt)
            if refused is not None:
                reason = getattr(refused, "reason", "") or getattr(refused, "message", "")
                raise ApiError(403, "AccessDeniedException", f"not authorized to perform {attempt.action} on {attempt.resource}: {reason}")
        call = ApiCall(operation=asked.operation, parameters=asked.parameters, account=account, region=signature.region)
        answer = self.call(signature.service, call)
        return rest_json.render(signature.service, asked.operation, answer)


def _require_fitting(service: str, operation: str, parameters: Mapping[str, Any]) -> None:
    shape = service_model(service).operation_model(operation).input_shape
    problems = check(service, shape.name, parameters) if shape else []
    if problems:
        raise ApiError(400, "BadRequestException", "; ".join(map(str, problems[:5])))


def _pin(scope: Scope, signature: Signature, body: bytes) -> str:
    """Tell MiniStack's evaluator whose request this is and how it was signed; returns its account."""
    responses, evaluator = module("ministack.core.responses"), module("ministack.core.iam_evaluator")
    account = signature.account or responses._account_from_sts_session(signature.access_key) or ""
    if not account:
        raise ApiError(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
    responses.set_request_account_id(account)
    responses.set_request_region(signature.region)
    query = parse_qs(scope.get("query_string", b"").decode(), keep_blank_values=True)
    headers = headers_of(scope)
    evaluator.pin_request_caller(headers, query)
    evaluator.pin_request_origin("127.0.0.1", scope["scheme"] == "https")
    evaluator.pin_signed_request(scope["method"], _raw_path(scope), query, scope.get("headers", []))
    evaluator.pin_signed_body(body)
    return account


def _raw_path(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    return raw.partition(b"?")[0].decode("latin-1")
