"""The keys that playback is signed with: one secret holds the current key and the one before it.

Both stay trusted until the next rotation, so that a rotation interrupts nobody. A new key is used only from its `active_from` on: edges
learn of it some time after it was stored.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

KEPT: Final = 2
"""Keys that are trusted at once: the current one and the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """One key of a secret."""

    id: str
    """Id that tokens or signed cookies carry."""
    secret: str
    """Text of an HMAC key, or a private key in PEM."""
    active_from: int
    """Seconds since 1970 before which nothing is signed with it, while there is another."""


def dump(keys: Sequence[SigningKey]) -> str:
    """The secret's text; newest key first."""
    return json.dumps({"keys": [asdict(key) for key in keys]})


def load(text: str) -> tuple[SigningKey, ...]:
    """The keys in a secret's text, newest first. Raises ValueError for any other text, and never repeats it."""
    try:
        found = cast("list[dict[str, Any]]", json.loads(text)["keys"])
        return tuple(SigningKey(id=str(key["id"]), secret=str(key["secret"]), active_from=int(key["active_from"])) for key in found)
    except (ValueError, TypeError, LookupError):
        raise ValueError("the secret holds no signing keys") from None


def current(keys: Sequence[SigningKey], now: float) -> SigningKey:
    """The newest key that is active at `now`, or the oldest if none is yet. Raises ValueError if there are no keys."""
    if not keys:
        raise ValueError("there are no signing keys: the secret was never rotated")
    return next((key for key in keys if key.active_from <= now), keys[-1])


def rotated(keys: Sequence[SigningKey], new: SigningKey) -> tuple[SigningKey, ...]:
    """The keys with `new` before them, and only as many as are trusted at once."""
    return (new, *(key for key in keys if key.id != new.id))[:KEPT]
