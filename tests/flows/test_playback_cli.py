"""`marquee playback` and `marquee entitlement` on the deployed playback program."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from marquee.cli._app import app
from marquee.emulator import Emulator
from marquee.errors import MarqueeError
from marquee.ingest import Target
from marquee.settings import Settings, load
from tests.flows.playback_stack import Stack, deployed
from tests.flows.world import wait_for
from tests.playback_program import ACCOUNT, HOME
from tests.strategies import edit, starter

pytestmark = pytest.mark.slow


@pytest.fixture
def stack(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """The commands find the program as the stack `play` on the running emulator."""
    raw = edit(edit(starter(), "accounts.workload", ACCOUNT), "regions[0].name", HOME)
    settings: Settings = load(raw, "play")
    target = Target.of_emulator(emulator, settings)
    monkeypatch.setattr("marquee.cli._target.settings_of", lambda stack: settings)
    monkeypatch.setattr(Target, "remembered_in", classmethod(lambda *_: target))
    return deployed(emulator)


def marquee(*words: str) -> Any:
    """What a command prints as JSON. Errors are raised."""
    done = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False, standalone_mode=False)
    return json.loads(done.stdout)


def test_a_person_can_try_it_all(stack: Stack):
    stack.publish("film-cli")
    with pytest.raises(MarqueeError, match="403 not_entitled") as caught:
        marquee("playback", "token", "film-cli", "--viewer", "zoe")
    assert "marquee entitlement grant" in caught.value.fix
    made = marquee("entitlement", "grant", "film-cli", "--viewer", "zoe", "--quality", "SD", "--days", "1")
    assert (made["content"], made["quality"]) == ("film-cli", "SD")
    session = marquee("playback", "token", "film-cli", "--viewer", "zoe")
    assert session["quality"] == "SD"
    assert "CloudFront-Signature=" in session["cookies"]
    assert stack.beacon(session["licence"]["token"]) == 202
    listed = marquee("entitlement", "list", "--viewer", "zoe")
    assert [each["content"] for each in listed] == ["film-cli"]
    assert made["user"] in {each["user"] for each in marquee("entitlement", "list")}
    assert marquee("playback", "revoke", "--session", session["session"])[0]["subject"] == session["session"]
    assert stack.beacon(session["licence"]["token"]) == 403
    assert marquee("entitlement", "revoke", "film-cli", "--user", session["user"])["revoked"] is True
    with pytest.raises(MarqueeError, match="had no right"):
        marquee("entitlement", "revoke", "film-cli", "--viewer", "zoe")


def test_curl_lines_are_printed(stack: Stack):
    stack.publish("film-curl")
    stack.entitle("yan", "film-curl")
    done = CliRunner().invoke(app, ["playback", "token", "film-curl", "--viewer", "yan"], catch_exceptions=False)
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["session", "curl", "curl", "curl"]
    assert "index.m3u8" in lines[1]
    assert "-X DELETE" in lines[3]


def test_keys_are_rotated_on_demand(stack: Stack):
    before = stack.state().keys
    marquee("playback", "rotate", "token-keys")
    wait_for(lambda: stack.state().keys != before, seconds=20)
    assert stack.state().keys[1] == before[0]


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("playback", "revoke"), "nothing to revoke"),
        (("entitlement", "grant", "film-x"), "name one user"),
        (("entitlement", "grant", "film-x", "--user", "a", "--viewer", "b"), "name one user"),
        (("entitlement", "grant", "Film!", "--user", "a"), "no title's or channel's id"),
        (("playback", "token", "film-none", "--viewer", "xia"), "404 unknown_title"),
    ],
)
def test_mistakes_are_told(stack: Stack, words: tuple[str, ...], what: str):
    stack.entitle("xia")
    with pytest.raises(MarqueeError, match=what) as caught:
        marquee(*words)
    assert caught.value.fix
