"""Which keys a session may have, and how a player gets them told."""

import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from marquee.domain.content_keys import LIVE
from marquee.domain.key_index import Entry
from marquee.domain.tokens import Quality

MAX_KEYS: Final = 32
"""Ids in one request; a title version has four keys."""
_QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)


class LicenceError(Exception):
    """A request that no player of ours sends; the text is for its developer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who asks, as the authoriser says."""

    title: str
    version: str
    """Empty for a live channel."""
    quality: Quality

    @classmethod
    def of(cls, context: Mapping[str, str]) -> "Session":
        """From the authoriser's context. LookupError or ValueError if it is not one."""
        quality = _QUALITIES[_QUALITIES.index(cast("Quality", context["quality"]))]
        return cls(title=context["title"], version=context["version"], quality=quality)

    def may_have(self, entry: Entry) -> bool:
        """The keys of its own title version: sound always, pictures up to its quality."""
        if (entry.content.title, entry.content.version) != (self.title, self.version or LIVE):
            return False
        return entry.label == "AUDIO" or _QUALITIES.index(entry.label) <= _QUALITIES.index(self.quality)


def asked(body: str) -> tuple[uuid.UUID, ...]:
    """Key ids of a ClearKey licence request, `{"kids": [base64url, …], "type": "temporary"}`. Raises LicenceError.

    Source: W3C Encrypted Media Extensions, "Clear Key", "License Request Format".
    """
    try:
        kids = cast("dict[str, Any]", json.loads(body))["kids"]
        found = tuple(uuid.UUID(bytes=urlsafe_b64decode(kid + "=" * (-len(kid) % 4))) for kid in kids)
    except (ValueError, TypeError, LookupError, Base64Error, RecursionError):
        raise LicenceError("the body is no ClearKey licence request") from None
    if not 0 < len(found) <= MAX_KEYS:
        raise LicenceError(f"a request names 1 to {MAX_KEYS} keys")
    return found


def licence(keys: Mapping[uuid.UUID, bytes]) -> dict[str, Any]:
    """The licence as a JWK set. Source: the same, "License Format"."""
    listed = [{"kty": "oct", "kid": _encode(kid.bytes), "k": _encode(key)} for kid, key in keys.items()]
    return {"keys": listed, "type": "temporary"}


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
