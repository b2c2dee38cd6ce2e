"""Prefetching reads playlists as players do, stays below its title, and holds access for minutes."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.domain import signed_access, tokens
from marquee.domain.signing_keys import SigningKey
from runtime.prefetch.access import grant
from runtime.prefetch.playlists import Piece, first_pieces, media_playlists

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
    found = [url.removeprefix(BASE) for url in media_playlists(MULTIVARIANT, BASE)]
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
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    now = 1_800_000_000
    access = grant(
        "media.example.org",
        "my-film",
        "0123456789abcdef",
        token_key=SigningKey(id="0a1b2c3d", secret="secret", active_from=0),
        cookie_key=SigningKey(id="K123", secret=pem, active_from=0),
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
    key.public_key().verify(signature, policy, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 what CloudFront verifies
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Resource"] == f"{access.base}*"
    assert statement["Condition"] == {"DateLessThan": {"AWS:EpochTime": now + 900}}
    assert cookies[signed_access.KEY_PAIR_ID] == "K123"
