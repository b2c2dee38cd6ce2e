"""Buckets as CloudFront reads them with origin access control: the bucket's policy and its key's must let the distribution in.

Its signature is stood in for by the header `SOURCE_HEADER`.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import re
from typing import Any
from urllib.parse import unquote

from marquee.emulator.asgi import Scope, Send, headers_of, respond
from marquee.emulator.services.live_origin import SOURCE_HEADER
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_HOST = re.compile(r"([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3\.([a-z0-9-]+)\.amazonaws\.com", re.ASCII)
_DENIED = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
_PRIVATE = ("x-amz-server-side-encryption-customer-key",)


class BucketOrigin:
    """Answers CloudFront's requests to regional bucket names."""

    def __init__(self, service_calls: ServiceCalls):
        self._calls = service_calls

    @staticmethod
    def owns(headers: dict[str, str]) -> bool:
        """Whether the request is CloudFront's, to a bucket."""
        return SOURCE_HEADER in headers and _HOST.fullmatch(headers.get("host", "").partition(":")[0].lower()) is not None

    async def serve(self, scope: Scope, send: Send) -> None:
        """Answer one request: GET or HEAD of an object."""
        headers = headers_of(scope)
        match = _HOST.fullmatch(headers["host"].partition(":")[0].lower())
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        key = unquote(raw.partition(b"?")[0].decode("latin-1")).removeprefix("/")
        status, answer, body = self._answer(match[1] if match else "", key, headers, scope["method"])
        kept = {name.lower(): value for name, value in answer.items() if name.lower() not in _PRIVATE}
        await respond(send, status, b"" if scope["method"] == "HEAD" else body, kept)

    def _answer(self, bucket: str, key: str, headers: dict[str, str], method: str) -> tuple[int, dict[str, str], bytes]:
        s3, responses = module("ministack.services.s3"), module("ministack.core.responses")
        owner, source = s3._bucket_owner_account(bucket), headers[SOURCE_HEADER]
        if owner is None or method not in {"GET", "HEAD"} or not key:
            return 403, {"content-type": "application/xml"}, _DENIED
        match = _HOST.fullmatch(headers["host"].partition(":")[0].lower())
        region = match[2] if match else ""
        responses.set_request_account_id(owner)
        responses.set_request_region(region)
        call = ServiceCall(
            principal="cloudfront.amazonaws.com",
            action="s3:GetObject",
            resource=f"arn:aws:s3:::{bucket}/{key}",
            source_arn=source,
            account=source.split(":")[4] if source.count(":") > 4 else "",
            region=region,
        )
        if not self._calls.allowed(call):
            return 403, {"content-type": "application/xml"}, _DENIED
        wanted = {name: value for name, value in headers.items() if name in {"range", "if-none-match"}}
        answer: Any = s3._get_object(bucket, key, wanted, {})
        if answer[0] == 404:  # without s3:ListBucket nobody is told what is not there
            return 403, {"content-type": "application/xml"}, _DENIED
        return answer
