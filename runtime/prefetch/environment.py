"""What the function is told."""

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The function's environment variables, in upper case."""

    media_host: str
    token_keys: str
    """Names of secrets."""
    cookie_keys: str
    segments: int
    """Segments of each stream, from its start."""

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> "Environment":
        """KeyError, with the name, for a variable that is not set."""
        return cls(
            media_host=variables["MEDIA_HOST"],
            token_keys=variables["TOKEN_KEYS"],
            cookie_keys=variables["COOKIE_KEYS"],
            segments=int(variables["SEGMENTS"]),
        )
