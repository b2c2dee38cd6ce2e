"""Licences: who gets which key, in EME's Clear Key JSON and as HLS's 16 bytes. The whole of it runs in tests/flows."""

import base64
import importlib
import io
import json
import uuid
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain import key_index
from marquee.domain.content_keys import LABELS, LIVE, Content, key_id, key_ids
from marquee.domain.key_index import Entry
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.rights import Rights
from marquee.domain.tokens import Quality
from runtime.licence import clear_key
from runtime.licence.clear_key import NotEntitledError, RequestError

FILM, OTHER = Content("a-film", "00112233445566aa"), Content("another", "00112233445566aa")
CONTEXT = SimpleNamespace(
    function_name="marquee-dev-licence", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:::", aws_request_id="1"
)
CLAIMS = {"session": "s", "user": "u", "device": "d", "title": FILM.title, "version": FILM.version, "quality": "SD", "expires": "1"}


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def secret(kid: uuid.UUID) -> bytes:
    return uuid.uuid5(kid, "key").bytes


def asking(*kids: uuid.UUID) -> str:
    return json.dumps({"kids": [b64(kid.bytes) for kid in kids], "type": "temporary"})


@pytest.mark.parametrize(
    ("quality", "labels"), [("SD", {"AUDIO", "SD"}), ("HD", {"AUDIO", "SD", "HD"}), ("UHD", {"AUDIO", "SD", "HD", "UHD"})]
)
def test_a_quality_opens_its_pictures_those_below_and_the_sound(quality: Quality, labels: set[KeyLabel]) -> None:
    rights = Rights.of({**CLAIMS, "quality": quality})
    assert {label for label in LABELS if rights.open(Entry(FILM, label))} == labels
    assert not [label for label in LABELS if rights.open(Entry(OTHER, label)) or rights.open(Entry(Content(FILM.title, "f" * 16), label))]
    assert not rights.open(None)


def test_a_channels_rights_are_for_its_live_keys() -> None:
    rights = Rights.of({**CLAIMS, "title": "news", "version": ""})
    assert rights.open(Entry(Content("news", LIVE), "SD"))
    assert not rights.open(Entry(FILM, "SD"))
    for wrong in ({"quality": "8K"}, {"title": "NEWS"}, {"version": "1"}):
        with pytest.raises(ValueError, match="no "):
            Rights.of({**CLAIMS, **wrong})


@settings(max_examples=30)
@given(st.lists(st.uuids(), min_size=1, max_size=8), st.sets(st.integers(0, 7)))
def test_a_licence_holds_exactly_the_keys_that_may_be_had(kids: list[uuid.UUID], allowed: set[int]) -> None:
    may = {kid for index, kid in enumerate(kids) if index in allowed}
    asked = clear_key.requested(asking(*kids))
    assert asked == tuple(dict.fromkeys(kids))
    if not may:
        with pytest.raises(NotEntitledError):
            clear_key.licence(asked, may.__contains__, secret)
        return
    answer = json.loads(clear_key.licence(asked, may.__contains__, secret))
    assert answer["type"] == "temporary"
    assert {key["kty"] for key in answer["keys"]} == {"oct"}
    assert {key["kid"]: key["k"] for key in answer["keys"]} == {b64(kid.bytes): b64(secret(kid)) for kid in may}


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{", '{"kids": []}', '{"kids": "AAAA"}', '{"kids": [1]}', '{"kids": ["short"]}', '{"kids": ["AAAAAAAAAAAAAAAAAAAAAA=="]}',
        json.dumps({"kids": ["A" * 22], "type": "persistent-license"}), json.dumps({"kids": ["A" * 22] * 65}), "[" * 5000, " " * 9000,
    ],
)  # fmt: skip
def test_what_is_no_request_is_refused(body: str) -> None:
    with pytest.raises(RequestError):
        clear_key.requested(body)
    with pytest.raises(RequestError):
        clear_key.requested("%%%", is_base64=True)


@pytest.mark.parametrize("name", ["", "x", "0" * 31, "../secret", "{0" + "0" * 32, "urn:uuid:" + "0" * 32])
def test_a_path_that_names_no_key_is_refused(name: str) -> None:
    with pytest.raises(RequestError):
        clear_key.key(name, lambda _: True, secret)


class Client:
    """The index and KMS."""

    def __init__(self, fails: bool = False) -> None:
        self.items = {
            str(kid): key_index.item(kid, Entry(content, label)) for content in (FILM, OTHER) for label, kid in key_ids(content).items()
        }
        self._fails = fails

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 boto3's name
        ((table, wanted),) = RequestItems.items()
        if self._fails:
            return {"Responses": {}, "UnprocessedKeys": RequestItems}
        return {"Responses": {table: [self.items[key["keyId"]["S"]] for key in wanted["Keys"] if key["keyId"]["S"] in self.items]}}

    def generate_mac(self, Message: bytes, **_: Any) -> dict[str, bytes]:  # noqa: N803 boto3's name
        return {"Mac": secret(uuid.UUID(bytes=Message)) + bytes(16)}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in {"CONTENT_KEY_ARN": "arn:aws:kms:::key/1", "CONTENT_KEYS": "t", "POWERTOOLS_SERVICE_NAME": "licence"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("runtime.licence.keys._client", lambda _: Client())
    return importlib.reload(importlib.import_module("runtime.licence.handler"))


@pytest.fixture
def log(module: ModuleType) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    before = module.logger.registered_handler.setStream(stream)
    yield stream
    module.logger.registered_handler.setStream(before)


def call(module: ModuleType, route: str, claims: dict[str, str] | None = None, **event: Any) -> dict[str, Any]:
    authorizer = {"lambda": CLAIMS | claims} if claims is not None else {}
    return module.handler({"routeKey": route, "requestContext": {"authorizer": authorizer}, **event}, CONTEXT)


CLEAR_KEY = "POST /licence/clearkey"
HLS = "GET /licence/hls/{key}"


@pytest.mark.parametrize("quality", get_args(Quality))
def test_both_routes_hand_out_the_same_keys_to_the_same_people(module: ModuleType, log: io.StringIO, quality: str) -> None:
    kids = key_ids(FILM)
    answer = call(module, CLEAR_KEY, {"quality": quality}, body=asking(*kids.values(), *key_ids(OTHER).values(), uuid.uuid4()))
    assert (answer["statusCode"], answer["headers"]["cache-control"]) == (200, "no-store")
    given = {key["kid"]: key["k"] for key in json.loads(answer["body"])["keys"]}
    allowed = {"SD": 2, "HD": 3, "UHD": 4}[quality]
    assert set(given) == {b64(kids[label].bytes) for label in LABELS[:allowed]}
    for label, kid in kids.items():
        single = call(module, HLS, {"quality": quality}, pathParameters={"key": kid.hex})
        if label in LABELS[:allowed]:
            assert (single["statusCode"], single["isBase64Encoded"]) == (200, True)
            assert b64(base64.b64decode(single["body"])) == given[b64(kid.bytes)]
        else:
            assert single["statusCode"] == 403
    for kid in kids.values():
        assert secret(kid).hex() not in log.getvalue()
        assert b64(secret(kid)) not in log.getvalue()


@pytest.mark.parametrize(
    ("route", "event"),
    [
        (CLEAR_KEY, {"body": asking(key_id(FILM, "HD"))}),
        (CLEAR_KEY, {"body": asking(key_id(OTHER, "SD"))}),
        (CLEAR_KEY, {"body": asking(uuid.UUID(int=1))}),
        (HLS, {"pathParameters": {"key": str(key_id(OTHER, "SD"))}}),
        (HLS, {"pathParameters": {"key": str(uuid.UUID(int=1))}}),
    ],
)
def test_what_was_not_paid_for_is_403(module: ModuleType, route: str, event: dict[str, Any]) -> None:
    answer = call(module, route, {}, **event)
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (403, "not_entitled")


def test_without_an_authoriser_nobody_gets_anything(module: ModuleType) -> None:
    assert call(module, CLEAR_KEY, None, body=asking(key_id(FILM, "SD")))["statusCode"] == 403
    assert call(module, HLS, {"quality": "all"}, pathParameters={"key": key_id(FILM, "SD").hex})["statusCode"] == 403
    assert call(module, HLS, {}, pathParameters=None)["statusCode"] == 400
    assert call(module, CLEAR_KEY, {}, body="{")["statusCode"] == 400


def test_a_table_that_is_overrun_is_503_and_no_key(module: ModuleType, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    monkeypatch.setattr("runtime.licence.keys._client", lambda _: Client(fails=True))
    answer = call(module, CLEAR_KEY, {}, body=asking(key_id(FILM, "SD")))
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (503, "unavailable")
    assert "TimeoutError" in log.getvalue()
