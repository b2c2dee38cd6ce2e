"""Prefetching reads playlists as players do, stays below its title, and holds access for minutes."""

import base64
import importlib
import json
import socket
import sys
import time
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.domain import signed_access, signing_keys, tokens
from marquee.domain.packaging import Asset
from marquee.domain.signing_keys import SigningKey
from runtime.prefetch.access import grant
from runtime.prefetch.playlists import Piece, first_pieces, media_playlists

KEY = rsa.generate_private_key(65537, 2048)
PEM = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
BASE = "https://media.example.org/t/token/titles/my-film/0123456789abcdef/"

MULTIVARIANT = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English",LANGUAGE="en",URI="audio/en.m3u8"
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="cc",INSTREAM-ID="CC1"
#EXT-X-STREAM-INF:BANDWIDTH=1000000,AUDIO="a"
video/720p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="a"
video/360p.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=100000,URI="video/trick.m3u8"

video/720p.m3u8
https://elsewhere.example.org/video.m3u8
../other-film/video.m3u8
//elsewhere.example.org/video.m3u8
"""


def test_every_stream_is_found_once_and_nothing_elsewhere() -> None:
    """The cookies go with every request: a playlist decides not to whom."""
    found = [url.removeprefix(BASE) for url in media_playlists(MULTIVARIANT, f"{BASE}index.m3u8", BASE)]
    assert found == ["audio/en.m3u8", "video/720p.m3u8", "video/360p.m3u8", "video/trick.m3u8"]


def test_the_first_segments_follow_their_initialisation() -> None:
    text = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4,\n1.m4s\n#EXTINF:4,\n2.m4s\n#EXTINF:4,\n3.m4s\n'
    url = f"{BASE}video/720p.m3u8"
    assert first_pieces(text, url, BASE, 2) == [Piece(f"{BASE}video/{name}") for name in ("init.mp4", "1.m4s", "2.m4s")]
    assert first_pieces(text, url, BASE, 9) == [Piece(f"{BASE}video/{name}") for name in ("init.mp4", "1.m4s", "2.m4s", "3.m4s")]


def test_byte_ranges_go_on_where_the_one_before_ended() -> None:
    text = (
        '#EXTM3U\n#EXT-X-MAP:URI="all.mp4",BYTERANGE="800@0"\n'
        "#EXT-X-BYTERANGE:1000@800\nall.mp4\n#EXT-X-BYTERANGE:500\nall.mp4\n#EXT-X-BYTERANGE:500\nall.mp4\n"
    )
    pieces = first_pieces(text, f"{BASE}video/720p.m3u8", BASE, 2)
    assert [piece.range for piece in pieces] == ["bytes=0-799", "bytes=800-1799", "bytes=1800-2299"]
    assert {piece.url for piece in pieces} == {f"{BASE}video/all.mp4"}


@pytest.mark.parametrize("uri", ["https://elsewhere.example.org/1.m4s", "../../../../t/other/1.m4s", "/1.m4s", "//elsewhere.example.org/1"])
def test_a_playlist_leads_nowhere_else(uri: str) -> None:
    assert first_pieces(f"#EXTM3U\n#EXTINF:4,\n{uri}\n", f"{BASE}video/720p.m3u8", BASE, 3) == []


def test_access_is_a_players_for_one_version_and_minutes() -> None:
    now = 1_800_000_000
    access = grant(
        "media.example.org",
        "my-film",
        "0123456789abcdef",
        token_key=SigningKey(id="0a1b2c3d", secret="secret", active_from=0),
        cookie_key=SigningKey(id="K123", secret=PEM, active_from=0),
        now=now,
    )
    _, _, _, _, token, *scope = access.base.split("/")
    claims = tokens.verify(token, "path", keys={"0a1b2c3d": "secret"}, now=now)
    assert "/".join(scope) == claims.scope + "/" == "titles/my-film/0123456789abcdef/"
    assert claims.expires - now == 900
    cookies = dict(cookie.split("=", 1) for cookie in access.cookie.split("; "))
    undone = str.maketrans("-_~", "+=/")
    policy = base64.b64decode(cookies[signed_access.POLICY].translate(undone))
    signature = base64.b64decode(cookies[signed_access.SIGNATURE].translate(undone))
    KEY.public_key().verify(signature, policy, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 what CloudFront verifies
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Resource"] == f"{access.base}*"
    assert statement["Condition"] == {"DateLessThan": {"AWS:EpochTime": now + 900}}
    assert cookies[signed_access.KEY_PAIR_ID] == "K123"


VARIANT = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:4,\n1.m4s\n#EXTINF:4,\n2.m4s\n#EXTINF:4,\n3.m4s\n'
FILES = {
    "index.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhigh/index.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nlow/index.m3u8\n",
    "index.mpd": "<MPD/>",
    "thumbnails.vtt": "WEBVTT",
    **{f"{rung}/index.m3u8": VARIANT for rung in ("high", "low")},
    **{f"{rung}/{name}": "media" for rung in ("high", "low") for name in ("init.mp4", "1.m4s", "2.m4s", "3.m4s")},
}
EVENT: dict[str, Any] = {
    "detail": {
        "titleId": "my-film",
        "version": "0123456789abcdef",
        "playback": {"hls": "index.m3u8", "dash": "index.mpd", "thumbnails": "thumbnails.vtt"},
    }
}
CONTEXT = SimpleNamespace(function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r")


class Edge:
    """In the place of the HTTP client: answers with `FILES`, and keeps what it was asked."""

    def __init__(self, missing: str = ""):
        self.missing = missing
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.tokens: set[str] = set()

    def request(self, method: str, url: str, *, headers: dict[str, str], **options: Any) -> Any:
        assert (method, options["redirect"]) == ("GET", False)
        scope = "/titles/my-film/0123456789abcdef/"
        host, _, name = url.partition(scope)
        assert host.startswith("https://media.example.org/t/")
        self.asked.append((name, headers))
        self.tokens.add(host.rpartition("/")[2])
        found = None if name == self.missing else FILES.get(name)
        return SimpleNamespace(status=200 if found is not None else 403, data=(found or "").encode())


class Names:
    """In the place of the name service."""

    EAI_NONAME, EAI_AGAIN, gaierror = socket.EAI_NONAME, socket.EAI_AGAIN, socket.gaierror

    def __init__(self, error: int | None = None):
        self.error = error

    def getaddrinfo(self, host: str, port: int) -> list[Any]:
        assert (host, port) == ("media.example.org", 443)
        if self.error is not None:
            raise socket.gaierror(self.error, "the resolver's words")
        return [()]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    texts = {
        "tokens": signing_keys.dump([SigningKey(id="0a1b2c3d", secret="secret", active_from=0)]),
        "cookies": signing_keys.dump([SigningKey(id="K123", secret=PEM, active_from=0)]),
    }
    variables = {"MEDIA_HOST": "media.example.org", "TOKEN_KEYS": "tokens", "COOKIE_KEYS": "cookies", "SEGMENTS": "2"}
    for name, value in {**variables, "AWS_DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("runtime.prefetch.handler")
    monkeypatch.setattr(module, "socket", Names())
    monkeypatch.setattr(module, "secrets", SimpleNamespace(get_secret_value=lambda SecretId: {"SecretString": texts[SecretId]}))  # noqa: N803
    yield module
    del sys.modules["runtime.prefetch.handler"]


def test_manifests_are_fetched_for_every_device_and_the_first_segments_once(handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = Edge()
    monkeypatch.setattr(handler, "http", edge)
    counts = handler.handler(EVENT, CONTEXT)
    read_first = len(FILES["index.m3u8"]) + 2 * len(VARIANT)  # to find the rest
    assert counts == {"manifests": 5, "pieces": 6, "bytes": sum(len(FILES[name]) for name, _ in edge.asked) - read_first}
    agents = {name: {headers["user-agent"] for asked, headers in edge.asked if asked == name} for name in FILES}
    for name in ("index.m3u8", "index.mpd", "thumbnails.vtt", "high/index.m3u8", "low/index.m3u8"):
        assert agents[name] == set(handler.AGENTS)
    assert {name for name, by in agents.items() if not by} == {"high/3.m4s", "low/3.m4s"}
    assert all("CloudFront-Signature=" in headers["cookie"] for _, headers in edge.asked)


@pytest.mark.parametrize("missing", ["index.m3u8", "index.mpd", "low/2.m4s"])
def test_what_cannot_be_fetched_fails_the_event_and_names_no_token(
    handler: ModuleType, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler, "http", Edge(missing))
    with pytest.raises(handler.PrefetchError, match=f"^{missing}: 403$"):
        handler.handler(EVENT, CONTEXT)


def test_without_an_edge_there_is_nothing_to_warm_and_nothing_failed(handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = Edge()
    monkeypatch.setattr(handler, "http", edge)
    monkeypatch.setattr(handler, "socket", Names(socket.EAI_NONAME))
    assert handler.handler(EVENT, CONTEXT) == {"manifests": 0, "pieces": 0, "bytes": 0}
    assert not edge.asked


def test_a_name_server_that_does_not_answer_fails_the_event(handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handler, "socket", Names(socket.EAI_AGAIN))
    with pytest.raises(handler.PrefetchError, match="the resolver's words"):
        handler.handler(EVENT, CONTEXT)


def test_what_is_packaged_just_in_time_is_fetched_below_its_asset(handler: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = Asset("eu-west-1", "a" * 32)
    monkeypatch.setitem(FILES, f"{asset.prefix}c/b/index.mpd", "<MPD/>")
    for name in [name for name in FILES if not name.endswith((".mpd", ".vtt"))]:
        monkeypatch.setitem(FILES, f"{asset.prefix}c/b/{name}", FILES[name])
    edge = Edge()
    monkeypatch.setattr(handler, "http", edge)
    playback = {name: f"{asset.prefix}c/b/{file}" for name, file in (("hls", "index.m3u8"), ("dash", "index.mpd"))}
    detail = {**EVENT["detail"], "playback": {**playback, "thumbnails": "thumbnails.vtt"}}
    counts = handler.handler({"detail": detail}, CONTEXT)
    assert (counts["manifests"], counts["pieces"]) == (5, 6)
    assert {name for name, _ in edge.asked if not name.startswith(asset.prefix)} == {"thumbnails.vtt"}
    (token,) = edge.tokens
    assert tokens.verify(token, "path", keys={"0a1b2c3d": "secret"}, now=time.time()).asset == asset.text
