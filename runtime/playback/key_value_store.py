"""CloudFront's key-value store from outside: read it, and change it in one piece."""

import http.client
import json
import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from runtime.playback.sigv4a import Request, signed_headers

_SERVICE: Final = "cloudfront-keyvaluestore"
_PAGE: Final = 50  # items, the most that ListKeys answers at once
CHANGES: Final = 50
"""Puts and deletes that one UpdateKeys takes. Source: Amazon CloudFront API Reference, UpdateKeys."""
_CONFLICTS: Final = ("ConflictException", "PreconditionFailed")
_TIMEOUT: Final = 5  # seconds


class StoreError(Exception):
    """The store refused a request; `code` is AWS's name of the error."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(f"{status} {code}: {message}")
        self.code = code


class ConflictError(StoreError):
    """Another writer was faster: read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How full a store is."""

    etag: str
    items: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValueStore:
    """One store. Writers race, so that each change names the version that it was made for (`runtime.playback.state` tries again)."""

    arn: str
    credentials: Any
    """botocore's `Credentials`, of the function's role."""
    endpoint: str | None = None
    """Another than the SDKs' variables or AWS say."""
    ca_bundle: str | None = None
    """File of certificate authorities, if not the usual ones."""

    def describe(self) -> Size:
        """Its version and size."""
        body, etag = self._call("GET", "")
        return Size(etag=etag, items=int(body["ItemCount"]), bytes=int(body["TotalSizeInBytes"]))

    def items(self) -> dict[str, str]:
        """Everything in it."""
        found: dict[str, str] = {}
        query = {"MaxResults": str(_PAGE)}
        while True:
            page, _ = self._call("GET", "/keys", query=query)
            found |= {item["Key"]: item["Value"] for item in page.get("Items") or []}
            if not page.get("NextToken"):
                return found
            query["NextToken"] = page["NextToken"]

    def get(self, key: str) -> str | None:
        """One value; None if there is none."""
        try:
            return str(self._call("GET", f"/keys/{quote(key, safe='')}")[0]["Value"])
        except StoreError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise

    def update(self, puts: Mapping[str, str], deletes: Sequence[str], *, etag: str) -> str:
        """Put and delete up to 50 entries, all or nothing; the new version. Raises ConflictError if `etag` is not the current one."""
        body: dict[str, list[dict[str, str]]] = {}
        if puts:
            body["Puts"] = [{"Key": key, "Value": value} for key, value in puts.items()]
        if deletes:
            body["Deletes"] = [{"Key": key} for key in deletes]
        headers = {"if-match": etag, "content-type": "application/json"}
        return self._call("POST", "/keys", body=json.dumps(body).encode(), headers=headers)[1]

    def _call(
        self, method: str, rest: str, *, query: Mapping[str, str] | None = None, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[dict[str, Any], str]:
        """The answer's JSON and its ETag."""
        endpoint = urlsplit(self.endpoint or _endpoint(self.arn))
        path = f"/key-value-stores/{quote(self.arn, safe='')}{rest}"
        written = urlencode(sorted((query or {}).items()), quote_via=quote)
        frozen = self.credentials.get_frozen_credentials()
        request = Request(method=method, host=endpoint.netloc, path=path, query=written, headers=headers or {}, body=body)
        sent = signed_headers(request, service=_SERVICE, access_key=frozen.access_key, secret_key=frozen.secret_key, token=frozen.token)
        connection = http.client.HTTPSConnection(endpoint.netloc, timeout=_TIMEOUT, context=_tls(self.ca_bundle))
        try:
            connection.request(method, path + (f"?{written}" if written else ""), body=body or None, headers=sent)
            response = connection.getresponse()
            data = response.read()
        finally:
            connection.close()
        answer: dict[str, Any] = json.loads(data or b"{}")
        if response.status >= 300:
            code = response.getheader("x-amzn-errortype", "") or str(answer.get("__type", ""))
            name = code.partition(":")[0]
            kind = ConflictError if name in _CONFLICTS else StoreError
            raise kind(response.status, name, str(answer.get("Message") or answer.get("message") or ""))
        return answer, response.getheader("etag", "")


def _endpoint(arn: str) -> str:
    """The SDKs' own variables first, as in every client of AWS. Source: AWS SDKs Reference Guide, "Service-specific endpoints"."""
    ours = os.environ.get("AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE") or os.environ.get("AWS_ENDPOINT_URL")
    return ours or f"https://{arn.split(':')[4]}.cloudfront-kvs.global.api.aws"


def _tls(ca_bundle: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_bundle or os.environ.get("AWS_CA_BUNDLE"))
