"""A viewer's request: what of it counts, what of it reaches an origin, and what a function at the edge sees of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote

from marquee.emulator.edge.configuration import Behaviour, Kept
from marquee.emulator.edge.trust import SIGNING_QUERIES

URL_LIMIT, HEADERS_LIMIT, COOKIES_LIMIT = 8192, 32_768, 20_480
"""Characters. Source: Amazon CloudFront Developer Guide, "Quotas"."""
_NEVER_FORWARDED = frozenset({
    "accept-encoding", "connection", "content-length", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection",
    "te", "trailer", "transfer-encoding", "upgrade", "x-marquee-source-arn", "x-real-ip", "range", "if-none-match", "if-modified-since",
    "if-match", "if-unmodified-since", "if-range",
})  # fmt: skip
_READ_ONLY = frozenset({"content-length", "host", "transfer-encoding", "via"})
_BODY_HEADERS = ("content-type", "content-encoding")


@dataclass(frozen=True, kw_only=True)
class Viewed:
    """A request, read once. Header names are in lower case."""

    method: str
    host: str
    path: str
    """As it came, still encoded."""
    query: str
    headers: Mapping[str, str]
    address: str
    body: bytes = b""
    cookies: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def queries(self) -> dict[str, str]:
        """Parameters by name, decoded; of a repeated one the last."""
        return {unquote(name): unquote(value) for name, value in _pairs(self.query)}

    @property
    def unsigned_query(self) -> str:
        """The query without what a signed URL added."""
        return "&".join(f"{name}={value}" if value else name for name, value in _pairs(self.query) if unquote(name) not in SIGNING_QUERIES)


def too_much(request: Viewed) -> int | None:
    """Status for a request beyond CloudFront's limits; None within them."""
    if len(request.path) + len(request.query) > URL_LIMIT:
        return 414
    if sum(len(name) + len(value) for name, value in request.headers.items()) > HEADERS_LIMIT:
        return 494
    return 494 if len(request.headers.get("cookie", "")) > COOKIES_LIMIT else None


def cookies_of(header: str) -> dict[str, str]:
    """Cookies by name; of a repeated one the first, as RFC 6265 has the more specific one first."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and name and name not in found:
            found[name] = value.strip('"')
    return found


def cache_key(request: Viewed, behaviour: Behaviour, encoding: str) -> str:
    """What tells answers apart: host aside, path and what the cache policy names."""
    policy = behaviour.cache
    headers = (
        sorted(f"{name}={request.headers.get(name, '')}" for name in policy.headers.names) if policy.headers.behaviour != "none" else []
    )
    cookies = sorted(f"{name}={value}" for name, value in request.cookies.items() if policy.cookies.keeps(name))
    queries = sorted(f"{name}={value}" for name, value in _pairs(request.unsigned_query) if policy.queries.keeps(unquote(name)))
    return "\0".join([request.path, *headers, "", *cookies, "", *queries, encoding])


def forwarded(request: Viewed, behaviour: Behaviour) -> tuple[str, dict[str, str]]:
    """Query and headers that reach the origin: the key's, and what the origin request policy adds."""
    policies = [behaviour.cache, *([behaviour.request] if behaviour.request else [])]

    def kept(kind: str, name: str) -> bool:
        rules: list[Kept] = [getattr(policy, kind) for policy in policies]
        return any(rule.keeps(name) for rule in rules)

    query = "&".join(
        f"{name}={value}" if value else name for name, value in _pairs(request.unsigned_query) if kept("queries", unquote(name))
    )
    headers = {name: value for name, value in request.headers.items() if name not in _NEVER_FORWARDED and kept("headers", name)}
    if request.body:
        headers |= {name: request.headers[name] for name in _BODY_HEADERS if name in request.headers}
    cookies = "; ".join(f"{name}={value}" for name, value in request.cookies.items() if kept("cookies", name))
    forwarded_for = request.headers.get("x-forwarded-for", "")
    headers["x-forwarded-for"] = f"{forwarded_for}, {request.address}" if forwarded_for else request.address
    return query, {**headers, **({"cookie": cookies} if cookies else {})}


def event(request: Viewed, distribution: Mapping[str, str], kind: str, response: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a function is given. Source: Amazon CloudFront Developer Guide, "CloudFront Functions event structure"."""
    queries: dict[str, Any] = {}
    for name, value in _pairs(request.query):
        if unquote(name) in SIGNING_QUERIES:
            continue
        if name in queries:
            queries[name].setdefault("multiValue", [{"value": queries[name]["value"]}]).append({"value": value})
        else:
            queries[name] = {"value": value}
    made = {
        "version": "1.0",
        "context": {**distribution, "eventType": kind, "requestId": "emulated"},
        "viewer": {"ip": request.address},
        "request": {
            "method": request.method,
            "uri": request.path,
            "querystring": queries,
            "headers": {name: {"value": value} for name, value in request.headers.items() if name != "cookie"},
            "cookies": {name: {"value": value} for name, value in request.cookies.items()},
        },
    }
    return {**made, "response": dict(response)} if response is not None else made


def rewritten(request: Viewed, answer: Mapping[str, Any]) -> Viewed:
    """The request as a function gave it back. Headers that a function may not change stay as they were."""
    uri = str(answer.get("uri", request.path))
    query = "&".join(
        f"{name}={one['value']}" if one["value"] else name
        for name, item in answer.get("querystring", {}).items()
        for one in item.get("multiValue", [item])
    )
    headers = {name.lower(): str(item["value"]) for name, item in answer.get("headers", {}).items()}
    fixed = {name: value for name, value in request.headers.items() if name in _READ_ONLY}
    cookies = {name: str(item["value"]) for name, item in answer.get("cookies", {}).items()}
    path = quote(uri, safe="/%:@!$&'()*+,;=~-._")
    return replace(request, path=path if path.startswith("/") else f"/{path}", query=query, headers={**headers, **fixed}, cookies=cookies)


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]
