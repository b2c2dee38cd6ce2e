"""AWS Signature Version 4A, which CloudFront's key-value stores demand: one signature for every region.

botocore signs so only with the native package awscrt, which Lambda's Python does not hold; the artefact has `cryptography` anyway.
Source: AWS Identity and Access Management User Guide, "AWS Signature Version 4 for API requests", section "SigV4a".
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256

ALGORITHM: Final = "AWS4-ECDSA-P256-SHA256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is signed. The body goes out as it is here."""

    method: str
    host: str
    path: str
    """As it goes over the wire, percent-encoded."""
    query: str = ""
    """Percent-encoded, its parameters in the order of their names."""
    headers: Mapping[str, str]
    """By lower-case name, without `host`."""
    body: bytes = b""


def signed_headers(
    request: Request, *, service: str, access_key: str, secret_key: str, token: str | None, now: datetime | None = None
) -> dict[str, str]:
    """All headers to send with `request`, `authorization` among them. `token`: session token of temporary credentials."""
    moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
    headers = {**request.headers, "host": request.host, "x-amz-date": moment, "x-amz-region-set": "*"}
    if token:
        headers["x-amz-security-token"] = token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, _encoded_again(request.path), request.query, lines, names, payload))
    scope = f"{moment[:8]}/{service}/aws4_request"
    text = "\n".join((ALGORITHM, moment, scope, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = private_key(access_key, secret_key).sign(text.encode(), ECDSA(SHA256())).hex()
    headers["authorization"] = f"{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return headers


@lru_cache(maxsize=2)
def private_key(access_key: str, secret_key: str) -> EllipticCurvePrivateKey:
    """The signing key of credentials: NIST SP 800-108's derivation in counter mode, until a number below the curve's order comes out."""
    for counter in range(1, 255):
        context = b"\x00\x00\x00\x01" + ALGORITHM.encode() + b"\x00" + access_key.encode() + bytes([counter]) + b"\x00\x00\x01\x00"
        candidate = int.from_bytes(hmac.digest(b"AWS4A" + secret_key.encode(), context, "sha256"), "big")
        if candidate <= _ORDER - 2:
            return derive_private_key(candidate + 1, SECP256R1())
    raise ValueError("no key can be derived from these credentials")


def _encoded_again(path: str) -> str:
    """All services but S3 sign the path encoded twice."""
    return path.replace("%", "%25")
