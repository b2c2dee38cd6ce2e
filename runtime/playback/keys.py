"""The signing keys, read from Secrets Manager and kept for a while."""

import time
from dataclasses import dataclass, field
from typing import Any

from marquee.domain.signing_keys import SigningKey, current, load
from marquee.domain.tokens import Audience, Claims, TokenError, verify

_KEPT_SECONDS = 30  # well within the time between a key's creation and its first use; after an overflow, tokens are void for as long
_REREAD_SECONDS = 5  # at most this often for unknown key ids, which anybody can make up


@dataclass
class KeyRing:
    """The keys of one secret."""

    client: Any
    """boto3's Secrets Manager client."""
    secret_id: str
    _keys: tuple[SigningKey, ...] = field(default=(), init=False)
    _read_at: float = field(default=float("-inf"), init=False)

    def keys(self, *, older_than: float = _KEPT_SECONDS) -> tuple[SigningKey, ...]:
        """The keys, newest first, read anew if they are older than so many seconds. Raises ValueError before the first rotation."""
        if time.monotonic() - self._read_at > older_than:
            answer = self.client.get_secret_value(SecretId=self.secret_id)
            self._keys, self._read_at = load(answer["SecretString"]), time.monotonic()
        return self._keys

    def current(self, now: float) -> SigningKey:
        """The key to sign with."""
        return current(self.keys(), now)

    def verify(self, token: str, audience: Audience, now: float) -> Claims:
        """Claims of a token. A key id that is not known may be a new one, so that the keys are read again first. Raises TokenError."""
        known = {key.id: key.secret for key in self.keys()}
        if token.partition(".")[0] not in known:
            known = {key.id: key.secret for key in self.keys(older_than=_REREAD_SECONDS)}
        return verify(token, audience, keys=known, now=now)


__all__ = ["KeyRing", "TokenError"]
