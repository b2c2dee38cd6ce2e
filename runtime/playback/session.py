"""A session: what a viewer was granted, and what is signed for it."""

import secrets
from dataclasses import dataclass
from typing import Final

from marquee.domain import titles
from marquee.domain.tokens import Claims, Quality

ID_CHARACTERS: Final = 24
"""Eight hexadecimal digits for the session's start, sixteen at random."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One viewer may play one thing on one device."""

    session: str
    user: str
    """Pseudonym."""
    device: str
    """Pseudonym."""
    quality: Quality
    scope: str
    issued: int
    expires: int
    asset: str | None = None
    """What its path token says of just-in-time packaging: the asset that it opens."""

    @property
    def claims(self) -> Claims:
        """What both of its tokens say, but for the asset."""
        return Claims(
            session=self.session,
            user=self.user,
            device=self.device,
            quality=self.quality,
            issued=self.issued,
            expires=self.expires,
            scope=self.scope,
        )

    @property
    def live(self) -> bool:
        """Whether it plays a channel and no title."""
        return not self.scope.startswith(titles.RENDITIONS)


def new_id(now: float) -> str:
    """The id of a session that starts now."""
    return f"{int(now):08x}{secrets.token_hex(8)}"


def started(session: str) -> int:
    """When a session began, in seconds since 1970."""
    return int(session[:8], 16)
