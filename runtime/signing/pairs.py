"""Key pairs as CloudFront takes them: RSA of 2,048 bits, signatures with PKCS #1 v1.5 and SHA-1."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

_BITS = 2048
_PADDING = padding.PKCS1v15()
_HASH = hashes.SHA1()  # noqa: S303 what CloudFront verifies. Source: Developer Guide, "Create key pairs for your signers"


def generate() -> str:
    """A new private key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()  # fmt: skip


def public_half(private: str) -> str:
    """PEM of the public key that belongs to `private`."""
    return (
        _load(private)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )  # fmt: skip


def verifies(private: str, public: str) -> bool:
    """Whether what `private` signs is verified by `public`."""
    message = b"rotation"
    signature = _load(private).sign(message, _PADDING, _HASH)
    key = serialization.load_pem_public_key(public.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        return False
    try:
        key.verify(signature, message, _PADDING, _HASH)
    except InvalidSignature:
        return False
    return True


def _load(private: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(private.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the secret holds a key that is not RSA")
    return key
