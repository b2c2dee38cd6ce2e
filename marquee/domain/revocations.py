"""The revocation list, as the edge's key-value store and the regions' tables hold it.

An entry refuses the tokens of one subject that were issued until `before`, and is dropped once the last of those has expired. One entry of
the store, `state`, holds the token keys and says whether there are any revocations at all, so that the edge reads once a request
where nothing is revoked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from marquee.domain.tokens import Claims

Kind = Literal["session", "user", "title", "device"]
"""What can be revoked. Users and devices are known by their pseudonyms."""

STATE_KEY: Final = "state"
"""Key of the store's one entry that is no revocation."""
STORE_BYTES: Final = 5_000_000
"""What a key-value store takes. Source: Amazon CloudFront Developer Guide, "Quotas on key value stores" (5 MB)."""
OVERFLOW_BYTES: Final = STORE_BYTES * 8 // 10
"""From here on the token keys are replaced and every entry is dropped: the rest is room for what is revoked until that has happened."""
TABLE_PREFIX: Final = "revoked#"
"""What a region's entitlements table puts before an entry's key, in the place of a user."""

_KINDS: Final[Mapping[str, Kind]] = {"s": "session", "u": "user", "t": "title", "d": "device"}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


@dataclass(frozen=True, slots=True)
class Revocation:
    """One entry. Times are seconds since 1970."""

    kind: Kind
    subject: str
    """Session id, title id or channel, or the pseudonym of a user or device."""
    before: int
    """Tokens issued at this time or earlier are refused."""
    until: int
    """When the last of them has expired."""

    @property
    def key(self) -> str:
        """Key in the store."""
        return entry_key(self.kind, self.subject)

    @property
    def value(self) -> str:
        """Value in the store."""
        return f"{self.before}.{self.until}"

    def refuses(self, claims: Claims) -> bool:
        """Whether a token with these claims is revoked by this entry."""
        return self.key in keys_of(claims) and claims.issued <= self.before


def entry_key(kind: Kind, subject: str) -> str:
    """Key of the entry for one subject."""
    return f"{_LETTERS[kind]}:{subject}"


def keys_of(claims: Claims) -> tuple[str, ...]:
    """Keys of the entries that could revoke a token."""
    return (
        entry_key("session", claims.session),
        entry_key("user", claims.user),
        entry_key("title", claims.title),
        entry_key("device", claims.device),
    )


def read(key: str, value: str) -> Revocation:
    """The entry that the store holds under `key`. Raises ValueError for anything else."""
    letter, separator, subject = key.partition(":")
    kind = _KINDS.get(letter)
    before, dot, until = value.partition(".")
    if kind is None or not separator or not subject or not dot or not (before.isdecimal() and until.isdecimal()):
        raise ValueError(f"{key}={value} is no revocation")
    return Revocation(kind, subject, int(before), int(until))


def expired(entries: Mapping[str, str], now: float) -> list[str]:
    """Keys of the store's entries that refuse nothing any more; `state` is never one, and what cannot be read always is."""
    return [key for key, value in entries.items() if key != STATE_KEY and _is_over(key, value, now)]


@dataclass(frozen=True, slots=True)
class State:
    """The entry `state`."""

    keys: tuple[tuple[str, str], ...] = ()
    """Id and text of each trusted token key, newest first."""
    revoked: bool = False
    """Whether the store may hold revocations. False lets the edge look no further."""

    @property
    def text(self) -> str:
        """Value in the store."""
        return json.dumps({"keys": dict(self.keys), "revoked": self.revoked}, separators=(",", ":"))


def read_state(text: str | None) -> State:
    """The state that the store holds; the empty one for None, where it holds none. Raises ValueError for other text, not repeating it."""
    if text is None:
        return State()
    try:
        found = json.loads(text)
        return State(tuple((str(key), str(secret)) for key, secret in found["keys"].items()), bool(found["revoked"]))
    except (ValueError, TypeError, LookupError, AttributeError):
        raise ValueError("the store's state cannot be read") from None


def _is_over(key: str, value: str, now: float) -> bool:
    try:
        return read(key, value).until <= now
    except ValueError:
        return True
