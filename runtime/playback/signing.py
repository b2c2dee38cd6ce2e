"""CloudFront's signature: RSA-2048 with SHA-1, as its trusted key groups demand. The parsed private key is kept for each key id.

Source: Amazon CloudFront Developer Guide, "Create a signature for a signed URL that uses a custom policy".
"""

from functools import lru_cache
from typing import cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from marquee.domain.signed_access import Signed, encode, policy
from marquee.domain.signing_keys import SigningKey

_PADDING, _HASH = PKCS1v15(), SHA1()  # noqa: S303 CloudFront takes no other


def sign(key: SigningKey, resource: str, *, expires: int, address: str | None = None) -> Signed:
    """The signed policy for `resource`; see `marquee.domain.signed_access.policy`. Raises ValueError for a key that is not in PEM."""
    said = policy(resource, expires=expires, address=address)
    signature = _private_key(key.id, key.secret).sign(said, _PADDING, _HASH)
    return Signed(policy=encode(said), signature=encode(signature), key_id=key.id)


@lru_cache(maxsize=4)
def _private_key(key_id: str, pem: str) -> RSAPrivateKey:  # noqa: ARG001 the id tells versions apart in the cache
    """Parsing and checking takes some thirty times as long as signing."""
    return cast("RSAPrivateKey", load_pem_private_key(pem.encode(), password=None))
