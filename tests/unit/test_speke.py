"""The key provider's handler where something fails: what it answers and what it logs. The whole of it runs in tests/flows."""

import base64
import importlib
import io
import json
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.domain import key_index
from marquee.domain.content_keys import Content, key_id
from marquee.domain.cpix import speke
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.key_index import Entry
from marquee.domain.ladder.drm import Protection

FILM = Content("a-film", "00112233445566aa")
CONTEXT = SimpleNamespace(
    function_name="marquee-dev-speke", memory_limit_in_mb=512, invoked_function_arn="arn:aws:lambda:::", aws_request_id="1"
)
ASKED = build(speke.request(FILM, ("AUDIO", "SD"), Protection()))
MAC = bytes(range(100, 132))


class Client:
    """KMS and DynamoDB at once."""

    def __init__(self, fails: str = "") -> None:
        self._fails = fails

    def put_item(self, **_: Any) -> None:
        if self._fails.endswith("Exception"):
            raise ClientError({"Error": {"Code": self._fails, "Message": "no"}}, "PutItem")

    def generate_mac(self, **_: Any) -> dict[str, bytes]:
        return {"Mac": MAC if self._fails != "short" else MAC[:31]}


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name, value in {"KEY_ARN": "arn:aws:kms:::key/1", "TABLE_NAME": "t", "SYSTEMS": "widevine,playready,fairplay"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "speke")
    return importlib.reload(importlib.import_module("runtime.speke.handler"))


@pytest.fixture
def log(module: ModuleType) -> Iterator[io.StringIO]:
    """What the handler logs, in place of the standard output that its logger met first."""
    handler = module.logger.registered_handler
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def ask(module: ModuleType, monkeypatch: pytest.MonkeyPatch, client: Client, **event: Any) -> dict[str, Any]:
    monkeypatch.setattr("runtime.speke.keys._client", lambda _: client)
    request = {"headers": {"x-speke-version": "2.0"}, "body": ASKED.decode(), "isBase64Encoded": False} | event
    return module.handler(request, CONTEXT)


@pytest.mark.parametrize("coded", [False, True])
def test_it_answers_text_and_base64_alike(module: ModuleType, monkeypatch: pytest.MonkeyPatch, coded: bool) -> None:
    body = base64.b64encode(ASKED).decode() if coded else ASKED.decode()
    answer = ask(module, monkeypatch, Client(), body=body, isBase64Encoded=coded)
    assert answer["statusCode"] == 200
    assert {key.secret for key in parse(answer["body"].encode()).keys} == {MAC[:16]}
    assert answer["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("code", "answered"),
    [
        ("ConditionalCheckFailedException", (422, "another content's")),
        ("ProvisionedThroughputExceededException", (500, "try again")),
        ("AccessDeniedException", (500, "try again")),
    ],
)
def test_failures_are_told_apart_and_keep_their_details(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, log: io.StringIO, code: str, answered: tuple[int, str]
) -> None:
    answer = ask(module, monkeypatch, Client(code))
    assert answer["statusCode"] == answered[0]
    assert answered[1] in answer["body"]
    assert "Exception" not in answer["body"]
    assert "PlainValue" not in answer["body"]
    line = json.loads(log.getvalue())
    assert answered[0] == 422 or code in line["exception"]


def test_no_log_line_holds_a_key_whatever_happens(module: ModuleType, monkeypatch: pytest.MonkeyPatch, log: io.StringIO) -> None:
    def broken(_: object) -> bytes:
        raise RuntimeError("the document could not be written")

    assert ask(module, monkeypatch, Client())["statusCode"] == 200
    assert ask(module, monkeypatch, Client("short"))["statusCode"] == 500
    monkeypatch.setattr(module, "build", broken)
    assert ask(module, monkeypatch, Client())["statusCode"] == 500
    written = log.getvalue()
    assert [json.loads(line)["message"] for line in written.splitlines()] == ["served", "failed", "failed"]
    for shown in (MAC[:16].hex(), base64.b64encode(MAC[:16]).decode()[:20], repr(MAC[:16])[2:-1], str(list(MAC[:8]))[1:-1]):
        assert shown not in written


@pytest.mark.parametrize("body", ["", "%%%", base64.b64encode(b"<a").decode()])
def test_odd_bodies_are_refused(module: ModuleType, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    answer = ask(module, monkeypatch, Client(), body=body, isBase64Encoded=True)
    assert (answer["statusCode"], answer["body"]) == (422, "The document is no well-formed XML")
    assert ask(module, monkeypatch, Client(), headers=None)["statusCode"] == 422


def test_the_index_reads_back_what_it_wrote_and_nothing_else() -> None:
    entry = Entry(FILM, "HD")
    item = key_index.item(key_id(FILM, "HD"), entry)
    assert key_index.entry_of(item) == entry
    assert set(key_index.values(entry)) == {":title", ":version", ":label"}
    for odd in (None, {}, {**item, "label": {"S": "8K"}}, {**item, "version": {"S": "x"}}, {**item, "title": {"N": "1"}}):
        assert key_index.entry_of(odd) is None
