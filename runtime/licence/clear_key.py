"""The licence messages of W3C EME's Clear Key. Pure: who is entitled is asked through `Entitled`, and keys come through `KeyOf`.

Source: W3C, Encrypted Media Extensions, section 9.1, "Clear Key": the request's and the licence's format.
"""

import json
import re
import uuid
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

MAX_KEYS: Final = 64
"""Of one request; a title version has four."""
MAX_BYTES: Final = 8 * 1024

Entitled = Callable[[uuid.UUID], bool]
"""Whether whoever asks may have this key."""
KeyOf = Callable[[uuid.UUID], bytes]
"""The 16 bytes of a key."""

_KID = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 bytes in base64url without padding


class RequestError(ValueError):
    """A message that is no Clear Key request; the text says what is wrong with it."""


class NotEntitledError(Exception):
    """None of the keys that were asked for may be had."""


def requested(body: str, *, is_base64: bool = False) -> tuple[uuid.UUID, ...]:
    """The key ids of `{"kids": […], "type": "temporary"}`, each once. Raises RequestError."""
    if len(body) > MAX_BYTES:
        raise RequestError(f"the request has more than {MAX_BYTES} bytes")
    try:
        given: Any = json.loads(b64decode(body, validate=True) if is_base64 else body)
    except (ValueError, RecursionError):
        raise RequestError("the request is no JSON") from None
    message = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
    if message.get("type", "temporary") != "temporary":
        raise RequestError("type is not temporary: keys are not to be stored")
    kids: Any = message.get("kids")
    if not isinstance(kids, list) or not 0 < len(cast("list[Any]", kids)) <= MAX_KEYS:
        raise RequestError(f"kids is not a list of 1 to {MAX_KEYS} key ids")
    return tuple(dict.fromkeys(_kid(kid) for kid in cast("list[Any]", kids)))


def licence(kids: Sequence[uuid.UUID], entitled: Entitled, key_of: KeyOf) -> str:
    """The licence for those of `kids` that may be had: a player may ask for the keys of all renditions at once, and gets those it paid for.

    Raises NotEntitledError if there are none.
    """
    allowed = [kid for kid in kids if entitled(kid)]
    if not allowed:
        raise NotEntitledError
    keys = [{"kty": "oct", "kid": _text(kid.bytes), "k": _text(key_of(kid))} for kid in allowed]
    return json.dumps({"keys": keys, "type": "temporary"})


def key(text: str, entitled: Entitled, key_of: KeyOf) -> bytes:
    """One key as it is, for an `EXT-X-KEY` with `KEYFORMAT="identity"`. `text` is its id, with hyphens or without.

    Raises RequestError for what is no id, and NotEntitledError.
    """
    if not re.fullmatch(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise RequestError("the path names no key id")
    kid = uuid.UUID(text)
    if not entitled(kid):
        raise NotEntitledError
    return key_of(kid)


def _kid(given: Any) -> uuid.UUID:
    if not isinstance(given, str) or not _KID.fullmatch(given):
        raise RequestError("kids holds what is no key id: 16 bytes in base64url without padding")
    return uuid.UUID(bytes=urlsafe_b64decode(given + "=="))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
