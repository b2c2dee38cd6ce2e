"""Signed cookies and signed URLs, verified as CloudFront does.

Source: Amazon CloudFront Developer Guide, "Serve private content with signed URLs and signed cookies".
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_public_key

SIGNING_QUERIES = frozenset({"Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"})
"""Query parameters that belong to a signed URL: neither the key nor the origin sees them."""
_COOKIE = "CloudFront-"


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a viewer presents, and where."""

    url: str
    """As the viewer asked for it, without the parameters in `SIGNING_QUERIES`."""
    cookies: Mapping[str, str]
    queries: Mapping[str, str]
    address: str
    now: float
    """Seconds since 1970."""


def problem(access: Access, keys: Mapping[str, str]) -> str | None:
    """Why the viewer is not let in; None if it is. `keys`: id → PEM of the trusted public keys."""
    if "Signature" in access.queries:
        policy, signature, key = (access.queries.get(name, "") for name in ("Policy", "Signature", "Key-Pair-Id"))
        expires = access.queries.get("Expires", "")
    else:
        policy, signature, key = (access.cookies.get(_COOKIE + name, "") for name in ("Policy", "Signature", "Key-Pair-Id"))
        expires = access.cookies.get(_COOKIE + "Expires", "")
    if not signature or not key:
        return "MissingKey"
    if key not in keys:
        return "UnknownKey"
    text = _decoded(policy) if policy else _canned(access.url, expires)
    raw = _decoded(signature)
    if text is None or raw is None or not _signed(keys[key], text, raw):
        return "BadSignature"
    return _outside(text, access)


def _canned(url: str, expires: str) -> bytes | None:
    if not expires.isascii() or not expires.isdigit():
        return None
    statement = {"Resource": url, "Condition": {"DateLessThan": {"AWS:EpochTime": int(expires)}}}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _signed(pem: str, message: bytes, signature: bytes) -> bool:
    key = _key(pem)
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(signature, message, padding.PKCS1v15(), SHA1())  # noqa: S303 what CloudFront's signatures are made with
            case ec.EllipticCurvePublicKey():
                key.verify(signature, message, ec.ECDSA(SHA1()))  # noqa: S303
            case _:
                return False
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _key(pem: str) -> Any:
    return load_pem_public_key(pem.encode())


def _outside(text: bytes, access: Access) -> str | None:
    """What of a policy that was really signed does not cover this request."""
    try:
        (statement,) = json.loads(text)["Statement"]
        resource, condition = str(statement.get("Resource", "*")), statement["Condition"]  # without one: everything that trusts the key
        expires = int(condition["DateLessThan"]["AWS:EpochTime"])
        begins = int(condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0))
        network = ip_network(condition.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0"), strict=False)
        address = ip_address(access.address)
    except (ValueError, TypeError, LookupError, AttributeError):
        return "MalformedPolicy"
    if not re.match(translate(resource.replace("[", "[[]")), access.url):
        return "OtherResource"
    if access.now >= expires:
        return "Expired"
    if access.now <= begins:
        return "NotYet"
    if network.prefixlen and address not in network:
        return "OtherAddress"
    return None
