"""What must hold between the fields of playback."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.settings._broken import Broken, Rule, repeated
from marquee.settings._platform import Settings


def issuer_has_audience(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A JWT of an issuer counts for one audience: without it any client's token of that issuer would open the API."""
    place, given = ("playback", "audience"), s.playback.audience
    if s.playback.issuer is not None and not given:
        yield Broken(place, "is empty, so a token for any client of playback.issuer would do", "list the player's client id")
    if s.playback.issuer is None and given:
        yield Broken(place, "means nothing without playback.issuer: the Cognito pool has a client of its own", "remove it, or add issuer")
    for index in repeated(given):
        yield Broken((*place, index), "is listed twice", "list each audience once")


def sessions_outlive_tokens(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A token that outlived its session would play on after the session's end."""
    if s.playback.session_hours * 60 < s.playback.token_minutes:
        why = f"is shorter than a token lives, {s.playback.token_minutes} minutes"
        yield Broken(("playback", "session_hours"), why, "raise it, or lower playback.token_minutes")


PLAYBACK_RULES: tuple[Rule, ...] = (issuer_has_audience, sessions_outlive_tokens)
