"""What the functions are told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Environment variables of the functions that issue and check tokens, in upper case."""

    domain: str
    """`identity.domain`: media and API are below it."""
    catalogue: str
    """Table names."""
    entitlements: str
    token_keys: str
    """Names of the secrets."""
    cookie_keys: str
    token_seconds: int
    session_seconds: int
    bind_address: bool
    same_site: str
    """Of the cookies: `Lax`, or `None` if a player's page is of another site."""
    live_channels: frozenset[str]

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(
            domain=variables["DOMAIN"],
            catalogue=variables["CATALOGUE"],
            entitlements=variables["ENTITLEMENTS"],
            token_keys=variables["TOKEN_KEYS"],
            cookie_keys=variables["COOKIE_KEYS"],
            token_seconds=int(variables["TOKEN_SECONDS"]),
            session_seconds=int(variables["SESSION_SECONDS"]),
            bind_address=variables["BIND_ADDRESS"] == "true",
            same_site=variables["SAME_SITE"],
            live_channels=frozenset(filter(None, variables["LIVE_CHANNELS"].split(","))),
        )
