"""A few minutes' access to one title version, as a player has it: a token in the path and signed cookies."""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.domain import signed_access, tokens
from marquee.domain.signing_keys import SigningKey
from marquee.domain.tokens import Claims

_SECONDS = 900
_SELF = tokens.pseudonym("prefetch")
"""User and device of these tokens; no viewer's id is this word alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What a request carries."""

    base: str
    """`https://<host>/t/<token>/<scope>/`."""
    cookie: str
    """Value of the header."""


def grant(
    host: str, title_id: str, version: str, *, token_key: SigningKey, cookie_key: SigningKey, now: float, asset: str | None = None
) -> Access:
    """Access to what lies below the version's prefix, and to the asset that is packaged just in time.

    Raises ValueError for ids that no token can name.
    """
    issued, expires = int(now), int(now) + _SECONDS
    session = f"{issued:08x}{hashlib.sha256(f'{title_id}/{version}'.encode()).hexdigest()[:16]}"
    scope = tokens.title_scope(title_id, version)
    claims = Claims(session=session, user=_SELF, device=_SELF, quality="UHD", issued=issued, expires=expires, scope=scope, asset=asset)
    token = tokens.sign(claims, "path", key_id=token_key.id, key=token_key.secret)
    base = f"https://{host}/t/{token}/{scope}/"
    policy = signed_access.policy(f"{base}*", expires=expires)
    signed = signed_access.Signed(
        policy=signed_access.encode(policy), signature=signed_access.encode(_sign(cookie_key.secret, policy)), key_id=cookie_key.id
    )
    return Access(base=base, cookie="; ".join(f"{name}={value}" for name, value in signed_access.cookies(signed).items()))


def _sign(pem: str, message: bytes) -> bytes:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the cookies' key is not RSA")
    return key.sign(message, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 CloudFront takes no other
