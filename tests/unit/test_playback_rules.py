"""The pure parts of the playback functions: requests, beacons, answers, licences, signatures."""

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from marquee.domain.content_keys import LIVE, Content
from marquee.domain.key_index import Entry
from marquee.domain.packaging import Asset
from marquee.domain.signing_keys import SigningKey
from marquee.domain.tokens import live_scope, pseudonym, title_scope, verify
from runtime.licence.rules import LicenceError, Session, asked, licence
from runtime.playback import session, signing
from runtime.playback.answers import Material, granted
from runtime.playback.environment import Environment
from runtime.playback.events import MAX_EVENTS, events_of
from runtime.playback.problems import RefusedError
from runtime.playback.requests import MAX_BYTES, PlaybackRequest, body_of, playback_request
from runtime.playback.session import Grant
from runtime.playback.sigv4a import Request, private_key, signed_headers

NOW = 1_800_000_000
GOOD = {"contentId": "my-film", "device": {"id": "d-1", "type": "browser"}}


def event(body: object, **headers: str) -> dict[str, Any]:
    return {"headers": {"Content-Type": "application/json; charset=utf-8", **headers}, "body": json.dumps(body), "isBase64Encoded": False}


def test_a_request_is_read():
    wanted = PlaybackRequest(
        content_id="my-film", live=False, device_id="d-1", device_type="browser", quality=None, files=(), idempotency_key=None
    )
    assert playback_request(event(GOOD)) == wanted
    full = playback_request(event({**GOOD, "live": True, "quality": "SD", "files": ["a.vtt", "b/c.jpg"]}, **{"Idempotency-Key": "k-1"}))
    assert (full.live, full.quality, full.files, full.idempotency_key) == (True, "SD", ("a.vtt", "b/c.jpg"), "k-1")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"contentId": None}, "contentId"), ({"contentId": "../x"}, "contentId"), ({"contentId": "A"}, "contentId"),
        ({"contentId": 7}, "contentId"),
        ({"live": "yes"}, "live"), ({"device": None}, "device.id"), ({"device": []}, "device.id"), ({"device": {"id": ""}}, "device.id"),
        ({"device": {"id": "a b", "type": "tv"}}, "device.id"), ({"device": {"id": "x" * 129, "type": "tv"}}, "device.id"),
        ({"device": {"id": "a"}}, "device.type"), ({"device": {"id": "a", "type": "fridge"}}, "device.type"),
        ({"device": {"id": "a", "type": []}}, "device.type"), ({"quality": "4K"}, "quality"), ({"quality": []}, "quality"),
        ({"files": "a"}, "files"), ({"files": ["../a"]}, "files"), ({"files": ["a"] * 11}, "files"), ({"files": [1]}, "files"),
        ({"files": ["/a"]}, "files"), ({"files": {"a": 1}}, "files"), ({"extra": 1}, "extra"), ({"x" * 100: 1}, "x" * 64),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(change: dict[str, Any], field: str):
    with pytest.raises(RefusedError) as caught:
        playback_request(event({**GOOD, **change}))
    assert (caught.value.status, caught.value.code, caught.value.field) == (400, "invalid_request", field)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"body": "{"}, "invalid_json"), ({"body": None}, "invalid_json"), ({"body": "[]"}, "invalid_json"),
        ({"body": "[" * 5000}, "invalid_json"),
        ({"body": "é", "isBase64Encoded": True}, "invalid_json"), ({"body": "//8=", "isBase64Encoded": True}, "invalid_json"),
        ({"body": " " * (MAX_BYTES + 1)}, "too_large"), ({"body": "A" * (MAX_BYTES * 2), "isBase64Encoded": True}, "too_large"),
        ({"headers": {}}, "not_json"), ({"headers": {"content-type": "text/plain"}}, "not_json"), ({"headers": None}, "not_json"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_json_object(changed: dict[str, Any], code: str):
    with pytest.raises(RefusedError) as caught:
        body_of({**event(GOOD), **changed})
    assert caught.value.code == code


def test_binary_bodies_are_read():
    assert body_of({**event({}), "body": b64encode(b'{"a": 1}').decode(), "isBase64Encoded": True}) == {"a": 1}


@pytest.mark.parametrize("key", ["", "a b", "x" * 129, "é"])
def test_idempotency_keys_are_printable(key: str):
    with pytest.raises(RefusedError) as caught:
        playback_request(event(GOOD, **{"Idempotency-Key": key}))
    assert caught.value.field == "Idempotency-Key"


ENDED = {"type": "ended", "at": 1, "position": 1}
CLAIMS = {"session": "s", "user": "u", "device": "d", "title": "t", "version": "v", "quality": "HD", "expires": "1"}


def test_beacons_carry_the_tokens_facts_and_not_the_players():
    body = {
        "player": "shaka-player 5",
        "events": [{"type": "startup", "at": 5, "milliseconds": 800.5}, {"type": "ended", "at": 9, "position": 3}],
    }
    first, second = events_of(body, CLAIMS, 12.5)
    assert first == {
        "session": "s", "user": "u", "device": "d", "title": "t", "version": "v", "quality": "HD", "player": "shaka-player 5",
        "received": 12500, "type": "startup", "at": 5, "milliseconds": 800.5,
    }  # fmt: skip
    assert second["type"] == "ended"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "events"), ({"events": []}, "events"), ({"events": {}}, "events"),
        ({"events": [ENDED] * (MAX_EVENTS + 1)}, "events"),
        ({"events": [1]}, "events[0].type"), ({"events": [{"type": "hack"}]}, "events[0].type"),
        ({"events": [{"type": []}]}, "events[0].type"),
        ({"events": [{"type": "ended", "at": 1}]}, "events[0].position"), ({"events": [{"type": "ended", "position": 1}]}, "events[0].at"),
        ({"events": [{**ENDED, "at": True}]}, "events[0].at"),
        ({"events": [{**ENDED, "at": "1"}]}, "events[0].at"),
        ({"events": [{**ENDED, "at": float("nan")}]}, "events[0].at"),
        ({"events": [{**ENDED, "at": -1}]}, "events[0].at"),
        ({"events": [{**ENDED, "session": "forged"}]}, "events[0]"),
        ({"events": [{**ENDED, "position": 1e300}]}, "events[0].position"),
        ({"player": "<script>", "events": [ENDED]}, "player"),
    ],
)  # fmt: skip
def test_a_wrong_beacon_is_refused_as_a_whole(body: dict[str, Any], field: str):
    with pytest.raises(RefusedError) as caught:
        events_of(body, CLAIMS, NOW)
    assert caught.value.field == field


@pytest.fixture(scope="module")
def pair() -> tuple[SigningKey, rsa.RSAPublicKey]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return SigningKey(id="K2JCJMDEHXQW5F", secret=pem.decode(), active_from=0), private.public_key()


ENVIRONMENT = Environment(
    domain="example.org", catalogue="c", entitlements="e", token_keys="t", cookie_keys="k", token_seconds=60, session_seconds=600,
    bind_address=False, same_site="Lax", live_channels=frozenset({"news"}),
)  # fmt: skip
TOKEN_KEY = SigningKey(id="0a0b0c0d", secret="k" * 43, active_from=0)
GRANT = Grant(
    session=session.new_id(NOW), user=pseudonym("u"), device=pseudonym("d"), quality="HD", scope=title_scope("my-film", "9" * 16),
    issued=NOW, expires=NOW + 60,
)  # fmt: skip
RECORD = {"playback": {"hls": "index.m3u8", "dash": "index.mpd", "thumbnails": "thumbnails.vtt", "captions": ["en"]}}


def test_an_answer_holds_all_that_a_player_needs(pair: tuple[SigningKey, rsa.RSAPublicKey]):
    key, public = pair
    answer = granted(GRANT, RECORD, Material(token_key=TOKEN_KEY, cookie_key=key, address="203.0.113.9", files=("a.vtt",)), ENVIRONMENT)
    body = json.loads(answer["body"])
    base = body["base"]
    path_token = base.removeprefix("https://media.example.org/t/").partition("/")[0]
    assert base == f"https://media.example.org/t/{path_token}/titles/my-film/{'9' * 16}/"
    assert body["manifests"] == {"hls": f"{base}index.m3u8", "dash": f"{base}index.mpd"}
    assert (body["thumbnails"], body["captions"], body["refreshAfter"]) == (f"{base}thumbnails.vtt", ["en"], NOW + 45)
    keys = {TOKEN_KEY.id: TOKEN_KEY.secret}
    assert verify(path_token, "path", keys=keys, now=NOW) == GRANT.claims
    assert verify(body["licence"]["token"], "licence", keys=keys, now=NOW) == GRANT.claims
    assert answer["headers"]["cache-control"] == "no-store"
    cookies = dict(cookie.split("; ")[0].split("=", 1) for cookie in answer["cookies"])
    said = _opened(cookies["CloudFront-Policy"])
    assert json.loads(said)["Statement"] == [{
        "Resource": f"https://media.example.org/t/{path_token}/*",
        "Condition": {"DateLessThan": {"AWS:EpochTime": NOW + 60}, "IpAddress": {"AWS:SourceIp": "203.0.113.9/32"}},
    }]  # fmt: skip
    public.verify(_opened(cookies["CloudFront-Signature"]), said, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 as CloudFront does
    assert cookies["CloudFront-Key-Pair-Id"] == key.id
    assert all(
        f"; Domain=example.org; Path=/t/{path_token}/; Max-Age=60; Secure; HttpOnly; SameSite=Lax" in one for one in answer["cookies"]
    )
    assert body["files"]["a.vtt"].startswith(f"{base}a.vtt?Policy=")


def test_a_packaged_titles_path_token_names_its_asset_and_the_licence_token_does_not(pair: tuple[SigningKey, rsa.RSAPublicKey]):
    asset = Asset("eu-west-1", "a" * 32)
    record = {"playback": {"hls": f"{asset.prefix}c/b/index.m3u8", "dash": f"{asset.prefix}d/b/index.mpd", "thumbnails": "thumbnails.vtt"}}
    grant = Grant(**{**_fields(GRANT), "asset": asset.text})
    body = json.loads(granted(grant, record, Material(token_key=TOKEN_KEY, cookie_key=pair[0], address=None), ENVIRONMENT)["body"])
    base = body["base"]
    assert base.endswith(f"/titles/my-film/{'9' * 16}/")
    assert body["manifests"] == {"hls": f"{base}{asset.prefix}c/b/index.m3u8", "dash": f"{base}{asset.prefix}d/b/index.mpd"}
    assert body["thumbnails"] == f"{base}thumbnails.vtt"
    keys = {TOKEN_KEY.id: TOKEN_KEY.secret}
    assert verify(base.split("/")[4], "path", keys=keys, now=NOW).asset == asset.text
    assert verify(body["licence"]["token"], "licence", keys=keys, now=NOW).asset is None


def test_live_has_manifests_of_its_own(pair: tuple[SigningKey, rsa.RSAPublicKey]):
    grant = Grant(**{**_fields(GRANT), "scope": live_scope("news")})
    body = json.loads(granted(grant, {}, Material(token_key=TOKEN_KEY, cookie_key=pair[0], address=None), ENVIRONMENT)["body"])
    assert body["manifests"]["hls"].endswith("/_live/news/cmaf/index.m3u8")
    assert (body["live"], body["version"], body["thumbnails"], body["captions"]) == (True, "", None, [])


def test_a_record_without_manifests_is_an_error(pair: tuple[SigningKey, rsa.RSAPublicKey]):
    with pytest.raises(ValueError, match="names no manifests"):
        granted(GRANT, {"playback": {}}, Material(token_key=TOKEN_KEY, cookie_key=pair[0], address=None), ENVIRONMENT)


def test_signing_keeps_the_parsed_key(pair: tuple[SigningKey, rsa.RSAPublicKey]):
    first = signing.sign(pair[0], "https://m/*", expires=NOW)
    assert signing.sign(pair[0], "https://m/*", expires=NOW) == first  # PKCS #1 v1.5 is deterministic
    with pytest.raises(InvalidSignature):
        pair[1].verify(_opened(first.signature), _opened(first.policy) + b" ", padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    with pytest.raises(ValueError, match=r"Unable to load|MalformedFraming|PEM"):
        signing.sign(SigningKey(id="K", secret="no key", active_from=0), "https://m/*", expires=NOW)


def test_sessions_begin_with_their_start():
    new = session.new_id(NOW)
    assert len(new) == session.ID_CHARACTERS
    assert session.started(new) == NOW
    assert session.new_id(NOW) != new


def test_sigv4a_derives_the_key_that_aws_does():
    """Source: aws-c-auth and every other SDK of AWS test their derivation with these credentials and this result."""
    key = private_key("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom")
    assert f"{key.private_numbers().private_value:064x}" == "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd"


def test_sigv4a_signs_what_is_sent():
    request = Request(method="POST", host="h", path="/key-value-stores/arn%3Aaws", query="a=1", headers={"if-match": "E"}, body=b"{}")
    moment = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    sent = signed_headers(request, service="cloudfront-keyvaluestore", access_key="A", secret_key="s", token="T", now=moment)
    names = "host;if-match;x-amz-date;x-amz-region-set;x-amz-security-token"
    start = f"AWS4-ECDSA-P256-SHA256 Credential=A/20261123/cloudfront-keyvaluestore/aws4_request, SignedHeaders={names}, Signature="
    assert sent["authorization"].startswith(start)
    canonical = (
        "POST\n/key-value-stores/arn%253Aaws\na=1\nhost:h\nif-match:E\nx-amz-date:20261123T180000Z\nx-amz-region-set:*\nx-amz-security-token:T\n"
        f"\n{names}\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    digest = hashes.Hash(hashes.SHA256())
    digest.update(canonical.encode())
    scope = "20261123T180000Z\n20261123/cloudfront-keyvaluestore/aws4_request"
    text = f"AWS4-ECDSA-P256-SHA256\n{scope}\n{digest.finalize().hex()}".encode()
    outer = hashes.Hash(hashes.SHA256())
    outer.update(text)
    public = private_key("A", "s").public_key()
    public.verify(bytes.fromhex(sent["authorization"].removeprefix(start)), outer.finalize(), ec.ECDSA(Prehashed(hashes.SHA256())))


FILM, KID = Content("my-film", "9" * 16), UUID(int=7)


@pytest.mark.parametrize(
    ("entry", "granted_to"),
    [
        (Entry(FILM, "AUDIO"), {"SD", "HD", "UHD"}),
        (Entry(FILM, "SD"), {"SD", "HD", "UHD"}),
        (Entry(FILM, "HD"), {"HD", "UHD"}),
        (Entry(FILM, "UHD"), {"UHD"}),
        (Entry(Content("my-film", "8" * 16), "AUDIO"), set()),
        (Entry(Content("other", "9" * 16), "AUDIO"), set()),
        (Entry(Content("my-film", LIVE), "AUDIO"), set()),
    ],
)
def test_a_session_has_the_keys_of_its_version_up_to_its_quality(entry: Entry, granted_to: set[str]):
    sessions = {quality: Session.of({"title": "my-film", "version": "9" * 16, "quality": quality}) for quality in ("SD", "HD", "UHD")}
    assert {quality for quality, one in sessions.items() if one.may_have(entry)} == granted_to


def test_a_live_session_has_the_channels_keys():
    live = Session.of({"title": "news", "version": "", "quality": "SD"})
    assert live.may_have(Entry(Content("news", LIVE), "SD"))
    assert not live.may_have(Entry(Content("news", "9" * 16), "SD"))


def test_clear_key_requests_and_licences_are_w3cs():
    kid = urlsafe_b64encode(KID.bytes).rstrip(b"=").decode()
    assert asked(json.dumps({"kids": [kid], "type": "temporary"})) == (KID,)
    assert licence({KID: b"\x01" * 16}) == {"keys": [{"kty": "oct", "kid": kid, "k": "AQEBAQEBAQEBAQEBAQEBAQ"}], "type": "temporary"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"kids": []}',
        '{"kids": ["AA"]}',
        '{"kids": [1]}',
        '{"kids": "AA"}',
        '{"kids": null}',
        json.dumps({"kids": ["A" * 22] * 33}),
    ],
)
def test_other_licence_requests_are_refused(body: str):
    with pytest.raises(LicenceError):
        asked(body)


def _opened(text: str) -> bytes:
    return b64decode(text.translate(str.maketrans("-_~", "+=/")))


def _fields(grant: Grant) -> dict[str, Any]:
    return {name: getattr(grant, name) for name in ("session", "user", "device", "quality", "scope", "issued", "expires")}
