"""Who may play, for how long, and how they prove it."""

from typing import Annotated, Literal

from pydantic import Field

from marquee.settings._checks import Between
from marquee.settings._section import Section
from marquee.settings._vocabulary import Flag, HttpsUrl, ListOf, TagText, Whole


class Playback(Section):
    """Sign-in of viewers, tokens and the keys that sign them."""

    issuer: HttpsUrl | None = None
    """OIDC issuer of the viewers' JWTs; null makes a Cognito user pool. Example: https://login.example.org."""
    audience: Annotated[tuple[TagText, ...], Field(max_length=50), ListOf] = ()
    """Audiences (`aud` or `client_id`) that the API takes from `issuer`, one at least; empty without `issuer`. Example: [player]."""
    second_factor: Literal["optional", "required"] = "optional"
    """Whether viewers of the Cognito pool may or must use an authenticator app."""
    token_minutes: Annotated[Whole, Between(5, 1440)] = 240
    """Minutes that cookies and tokens hold; a player refreshes them before. Shorter bounds what a leaked link is worth."""
    session_hours: Annotated[Whole, Between(1, 168)] = 24
    """Hours after its start for which a session is refreshed; at least as long as a token."""
    bind_address: Flag = False
    """True: signed cookies hold for the viewer's IPv4 address alone. Viewers who change networks must start anew."""
    key_rotation_days: Annotated[Whole, Between(2, 365)] = 30
    """Days between rotations of the key that tokens are signed with. Two are trusted at once, so that a rotation interrupts nobody."""
    requests_per_second: Annotated[Whole, Between(1, 10_000)] = 200
    """Requests that a region's API lets through in a second, in bursts twice as many; the rest gets 429."""
