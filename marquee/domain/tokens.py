"""Playback tokens: who may fetch or decrypt one title version until when, as text that fits a path segment.

A token is `<key id>.<claims>.<signature>`. The claims are `1|session|user|device|quality|issued|expires|scope` in base64url, with `|asset`
at their end in the path token of a title that is packaged just in time; the signature is the HMAC-SHA256 of `<audience>.<key id>.<claims>`
in base64url, under the key's text. `runtime/edge/media.js` verifies the same format, and `docs/playback.md` states it for others.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from marquee.domain import packaging, titles

Audience = Literal["path", "licence"]
"""What a token opens: `path` the segments at the edge, `licence` the keys, the beacons and the end of its own session."""
Quality = Literal["SD", "HD", "UHD"]
"""The best quality that a viewer paid for, in ascending order."""

VERSION: Final = "1"
MAX_CHARACTERS: Final = 512
"""Longer text is refused unread. A token of the longest title id and asset has about 370."""
LIVE: Final = "_live/"
"""Prefix of a live channel's paths, `_live/<channel>/`; a channel's id looks like a title's, which has no underscore."""

_TEXT = re.compile(r"[0-9a-f]{8}\.[A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{43}")
_SESSION = "[0-9a-f]{24}"
_HASH = "[0-9a-f]{16}"
_ID = "[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
_SCOPE = f"{titles.RENDITIONS}{_ID}/[0-9a-f]{{16}}|{LIVE}{_ID}"
_CLAIMS = re.compile(
    rf"{VERSION}\|({_SESSION})\|({_HASH})\|({_HASH})\|({'|'.join(get_args(Quality))})\|([0-9]{{1,11}})\|([0-9]{{1,11}})\|({_SCOPE})"
    rf"(?:\|({packaging.ASSET_PATTERN}))?"
)


class TokenError(Exception):
    """A token that opens nothing; the text says why, for logs and not for callers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says. Times are seconds since 1970."""

    session: str
    """24 hexadecimal digits."""
    user: str
    """`pseudonym` of the user's id: paths end up in logs."""
    device: str
    """`pseudonym` of the device's id."""
    quality: Quality
    issued: int
    expires: int
    scope: str
    """Prefix of the paths that it opens, without slashes around: `titles/<title id>/<version>` or `_live/<channel>`."""
    asset: str | None = None
    """`marquee.domain.packaging.Asset.text` of what it opens below its scope's `_jit/`; None opens nothing there."""

    @property
    def title(self) -> str:
        """Title id or channel."""
        return self.scope.split("/")[1]

    @property
    def version(self) -> str:
        """Title version; empty for a live channel."""
        return self.scope.split("/")[2] if self.scope.startswith(titles.RENDITIONS) else ""


def pseudonym(identifier: str) -> str:
    """16 hexadecimal digits that stand for a user's or a device's id, the same everywhere."""
    return hashlib.sha256(identifier.encode()).hexdigest()[:16]


def title_scope(title_id: str, version: str) -> str:
    """Scope of a title version's renditions."""
    return titles.rendition_prefix(title_id, version).rstrip("/")


def live_scope(channel: str) -> str:
    """Scope of a live channel."""
    return f"{LIVE}{channel}"


def sign(claims: Claims, audience: Audience, *, key_id: str, key: str) -> str:
    """The token of `claims`. Raises ValueError for claims that no verifier would take back."""
    fields = (VERSION, claims.session, claims.user, claims.device, claims.quality, claims.issued, claims.expires, claims.scope)
    text = "|".join(map(str, fields if claims.asset is None else (*fields, claims.asset)))
    if not _CLAIMS.fullmatch(text):
        raise ValueError(f"no token can say {text}")
    body = f"{key_id}.{_encode(text.encode())}"
    token = f"{body}.{_signature(audience, body, key)}"
    if not _TEXT.fullmatch(token):
        raise ValueError(f"a key id is 8 hexadecimal digits, not {key_id}")
    return token


def verify(token: str, audience: Audience, *, keys: Mapping[str, str], now: float) -> Claims:
    """The claims of a token signed by one of `keys` (key id → key) and not expired at `now`. Raises TokenError otherwise.

    Revocation is not looked up here (`marquee.domain.revocations`).
    """
    if len(token) > MAX_CHARACTERS or not _TEXT.fullmatch(token):
        raise TokenError("malformed")
    body, _, signature = token.rpartition(".")
    key_id, _, payload = body.partition(".")
    key = keys.get(key_id)
    if key is None:
        raise TokenError("unknown key")
    if not hmac.compare_digest(_signature(audience, body, key), signature):
        raise TokenError("bad signature")
    claims = _read(payload)
    if claims.expires <= now:
        raise TokenError("expired")
    return claims


def _read(payload: str) -> Claims:
    try:
        match = _CLAIMS.fullmatch(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode())
    except (Base64Error, UnicodeDecodeError):
        match = None
    if match is None:
        raise TokenError("unreadable claims")
    session, user, device, quality, issued, expires, scope, asset = match.groups()
    return Claims(
        session=session,
        user=user,
        device=device,
        quality=next(known for known in get_args(Quality) if known == quality),
        issued=int(issued),
        expires=int(expires),
        scope=scope,
        asset=asset,
    )


def _signature(audience: str, body: str, key: str) -> str:
    return _encode(hmac.digest(key.encode(), f"{audience}.{body}".encode(), "sha256"))


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
