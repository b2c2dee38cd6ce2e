"""The edge over made-up origins: its own code, a real port, real signatures, the real functions in Node, and no emulator."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marquee.domain import signed_access, tokens
from marquee.domain.edge import LIVE, MANIFESTS, MEDIA
from marquee.emulator.edge import server
from marquee.emulator.edge.code import EdgeFunctions
from marquee.emulator.edge.configuration import Behaviour, CachePolicy, Distribution, Group, Kept, Origin, RequestPolicy
from marquee.emulator.edge.door import Door
from marquee.emulator.edge.edge import Edge
from marquee.emulator.edge.entries import Cache
from marquee.emulator.edge.origins import Origins
from marquee.emulator.edge.statistics import Statistics
from marquee.emulator.edge.traffic import Traffic

ROOT = Path(__file__).resolve().parents[1]
DOMAIN, TITLE, VERSION = "media.example.org", "film", "0123456789abcdef"
MEDIA_HOST, API_HOST = "media.marquee.localhost", "api.marquee.localhost"
SCOPE = f"titles/{TITLE}/{VERSION}"
TOKEN_KEY = ("0123abcd", "k" * 43)
STORE = "arn:store"
CORS = {
    "AccessControlAllowOrigins": {"Items": [f"https://player.{DOMAIN}"]},
    "AccessControlAllowHeaders": {"Items": ["authorization", "content-type"]},
    "AccessControlAllowMethods": {"Items": ["GET", "POST"]},
    "AccessControlAllowCredentials": True,
    "OriginOverride": True,
}
RESPONSES = {
    "CorsConfig": CORS,
    "SecurityHeadersConfig": {"ContentTypeOptions": {"Override": True}},
    "RemoveHeadersConfig": {"Items": [{"Header": "x-amz-version-id"}]},
}
NONE, DEVICE = Kept(), Kept(behaviour="whitelist", names=frozenset({"x-marquee-device"}))
SEGMENTS = CachePolicy(min_ttl=1, default_ttl=3600, max_ttl=3600, headers=NONE, cookies=NONE, queries=NONE, gzip=False, brotli=False)
LISTS = CachePolicy(min_ttl=1, default_ttl=3600, max_ttl=3600, headers=DEVICE, cookies=NONE, queries=NONE, gzip=True, brotli=True)
AS_SAID = CachePolicy(min_ttl=0, default_ttl=1, max_ttl=86_400, headers=NONE, cookies=NONE, queries=NONE, gzip=True, brotli=True)
UNCACHED = CachePolicy(min_ttl=0, default_ttl=0, max_ttl=0, headers=NONE, cookies=NONE, queries=NONE, gzip=False, brotli=False)
EVERY = Kept(behaviour="all")
ALL = RequestPolicy(headers=Kept(behaviour="allExcept", names=frozenset({"host"})), cookies=EVERY, queries=EVERY)


@dataclass
class Asked:
    """A request that reached an origin."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]


@dataclass
class Stand:
    """A running edge, and what its origins saw. `failing`: hosts that answer 503."""

    port: int
    private: rsa.RSAPrivateKey
    edge: Edge
    traffic: Traffic
    asked: list[Asked] = field(default_factory=list[Asked])
    failing: set[str] = field(default_factory=set[str])
    broken: dict[str, type[httpx.TransportError]] = field(default_factory=dict[str, type[httpx.TransportError]])
    """Host → what becomes of a connection to it."""
    answers: dict[str, httpx.Response] = field(default_factory=dict[str, httpx.Response])
    """Path → what every origin answers for it."""
    cut: set[str] = field(default_factory=set[str])
    """Paths whose answer ends after its first half."""
    held: dict[str, threading.Event] = field(default_factory=dict[str, threading.Event])
    """Path → without which the second half of its answer does not come."""

    def token(self, **claims: Any) -> str:
        now = int(time.time())
        given = {
            "session": "a" * 24, "user": "b" * 16, "device": "c" * 16, "quality": "HD", "issued": now, "expires": now + 600, "scope": SCOPE,
        }  # fmt: skip
        return tokens.sign(tokens.Claims(**{**given, **claims}), "path", key_id=TOKEN_KEY[0], key=TOKEN_KEY[1])

    def cookie(self, token: str, *, key: str = "K1", **policy: Any) -> str:
        text = signed_access.policy(f"https://media.{DOMAIN}/t/{token}/*", **{"expires": int(time.time()) + 600, **policy})
        raw = self.private.sign(text, padding.PKCS1v15(), SHA1())  # noqa: S303 CloudFront's
        signed = signed_access.Signed(policy=signed_access.encode(text), signature=signed_access.encode(raw), key_id=key)
        return "; ".join(f"{name}={value}" for name, value in signed_access.cookies(signed).items())

    def get(self, path: str, *, host: str = MEDIA_HOST, method: str = "GET", body: bytes | None = None, **headers: str) -> httpx.Response:
        """A well-formed request; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with httpx.Client(trust_env=False, base_url=f"http://127.0.0.1:{self.port}") as client:
            return client.request(method, path, headers={"host": host, **named}, content=body)

    def play(self, file: str, **headers: Any) -> httpx.Response:
        """A file of the title, with everything that it needs."""
        token = self.token()
        return self.get(f"/t/{token}/{SCOPE}/{file}", cookie=self.cookie(token), **headers)

    def forget(self) -> None:
        """An empty cache, nothing asked, and origins that are well."""
        for cache in self._caches:
            cache.forget(lambda _: True)
        self.edge.statistics.results.clear()
        for each in (self.asked, self.failing, self.broken, self.answers, self.cut, self.held):
            each.clear()

    def expire(self) -> None:
        """Let everything that is kept be too old."""
        for cache in self._caches:
            for entry in cache._entries.values():
                entry.expires = 0

    @property
    def _caches(self) -> list[Cache]:
        return [self.edge._cache, *self.edge._origins.shields.values()]

    def raw(self, request: bytes, seconds: float = 5.0) -> bytes:
        """Bytes as they are, and what comes back before the connection ends or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(request)
            connection.settimeout(0.6)
            found = b""
            try:
                while part := connection.recv(65_536):
                    found += part
            except TimeoutError:
                pass
            return found


class _State:
    def __init__(self, public: str):
        self.distributions = (_media(), _api())
        self._public = public

    def keys(self, groups: tuple[str, ...]) -> dict[str, str]:
        return {"K1": self._public} if groups else {}


def _behaviour(pattern: str, target: str, cache: CachePolicy, **more: Any) -> Behaviour:
    given: dict[str, Any] = {
        "methods": frozenset({"GET", "HEAD"}), "cached_methods": frozenset({"GET", "HEAD"}), "compress": cache.gzip, "request": None,
        "responses": RESPONSES, "key_groups": ("G",), "functions": {"viewer-request": "media"},
    }  # fmt: skip
    return Behaviour(pattern=pattern, target=target, cache=cache, **{**given, **more})


def _origin(id: str, domain: str, **more: Any) -> Origin:
    return Origin(**{"id": id, "domain": domain, "path": "", "control": None, "shield": None, "attempts": 2, "headers": {}, **more})


def _media() -> Distribution:
    origins = [_origin(f"titles-{name}", f"{name}.s3", control="s3", shield="eu-west-1") for name in ("one", "two")]
    origins.append(_origin("live", "channels.live", control="mediapackagev2", shield="eu-west-1"))
    group = Group(members=("titles-one", "titles-two"), statuses=frozenset({403, 404, 500, 502, 503, 504}))
    return Distribution(
        id="M", arn="arn:M", domain="m.cloudfront.net", aliases=(f"media.{DOMAIN}",), origins={one.id: one for one in origins},
        groups={"titles": group}, error_ttls={403: 1, 404: 1},
        behaviours=(
            _behaviour(LIVE, "live", AS_SAID), *(_behaviour(pattern, "titles", LISTS) for pattern in MANIFESTS),
            _behaviour(MEDIA, "titles", SEGMENTS), _behaviour("*", "titles", SEGMENTS),
        ),
    )  # fmt: skip


def _api() -> Distribution:
    every = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
    behaviour = _behaviour("*", "api", UNCACHED, methods=every, request=ALL, key_groups=(), functions={"viewer-request": "api"})
    return Distribution(
        id="A", arn="arn:A", domain="a.cloudfront.net", aliases=(f"api.{DOMAIN}",), groups={}, error_ttls={},
        origins={"api": _origin("api", "api.origin")}, behaviours=(behaviour,),
    )  # fmt: skip


class _Body(httpx.AsyncByteStream):
    """In two parts, as a network has it, the second not before `goes_on` if that is given."""

    def __init__(self, content: bytes, goes_on: threading.Event | None = None, *, cut: bool = False):
        self._content, self._goes_on, self._cut = content, goes_on, cut

    async def __aiter__(self) -> AsyncIterator[bytes]:
        half = len(self._content) // 2
        yield self._content[:half]
        await asyncio.sleep(0)
        if self._goes_on is not None:
            await asyncio.to_thread(self._goes_on.wait, 10)
        if self._cut:
            raise httpx.ReadError("the origin ended")
        yield self._content[half:]


class Running:
    """Runs the stand, inside `with`."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._ready, self._server, self._stand = threading.Event(), None, None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Stand:
        self._thread.start()
        assert self._ready.wait(20), "the edge did not start"
        assert self._stand is not None
        return self._stand

    def __exit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    async def _serve(self) -> None:
        private = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        statistics, functions = Statistics(), EdgeFunctions()
        await functions.start()
        for name in ("media", "api"):
            await functions.load(name, (ROOT / "runtime/edge" / f"{name}.js").read_text(), STORE)
        await functions.fill(STORE, {"state": json.dumps({"keys": dict([TOKEN_KEY]), "revoked": False})})
        client = httpx.AsyncClient(base_url="http://origin", transport=httpx.MockTransport(self._answer))
        edge = Edge(_State(public), Origins(client=client, resolve=lambda name: name, statistics=statistics), functions, statistics)  # pyright: ignore[reportArgumentType]
        port = self._listener.getsockname()[1]
        traffic = Traffic(statistics)
        self._stand = Stand(port=port, private=private, edge=edge, traffic=traffic)
        self._server = uvicorn.Server(server._config(server._Application(edge, Door(domain=DOMAIN, port=port), None, None, traffic)))
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        while not self._server.started:
            await asyncio.wait([serving], timeout=0.01)
        self._ready.set()
        await serving
        await edge._origins.close()
        await functions.stop()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        stand = self._stand
        assert stand is not None
        host, path = request.headers["host"], request.url.raw_path.decode()
        stand.asked.append(Asked(request.method, host, path, {name.lower(): value for name, value in request.headers.items()}))
        if host in stand.failing:
            return httpx.Response(503, stream=_Body(b"down"))
        if host in stand.broken:
            raise stand.broken[host]("the connection")
        held = stand.held.get(path)
        if made := stand.answers.get(path.partition("?")[0]):
            return httpx.Response(made.status_code, headers=made.headers, stream=_Body(made.content, held, cut=path in stand.cut))
        kind = "application/vnd.apple.mpegurl" if path.endswith(".m3u8") else "video/mp4"
        content = f"{host}{path} ".encode() * 200
        return httpx.Response(200, headers={"content-type": kind, "etag": '"e"', "x-amz-version-id": "secret"}, stream=_Body(content))
