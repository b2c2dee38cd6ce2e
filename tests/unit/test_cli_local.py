"""What the commands say of a run of the program."""

import io

from rich.console import Console

from marquee.cli._local import _say  # pyright: ignore[reportPrivateUsage]
from marquee.engine.events import Event, Message, SecretStandIn


def said(*events: Event) -> list[str]:
    before: set[str] = set()
    on = Console(width=100, file=(printed := io.StringIO()), color_system=None)
    for event in events:
        _say(event, before, on)
    return printed.getvalue().splitlines()


def test_a_warning_is_said_once_in_a_command_that_previews_and_deploys() -> None:
    old, other = Message("warning", "[too] old"), Message("error", "broken")
    assert said(old, old, other) == ["[too] old", "broken"]


def test_a_stand_in_for_a_secret_is_said_and_chatter_is_not() -> None:
    assert said(Message("info", "hello"), SecretStandIn("a:b", "x")) == ["a:b is encrypted for Pulumi; a stand-in takes its place here"]
