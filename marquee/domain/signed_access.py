"""CloudFront's signed cookies and URLs: the policy that is signed, and how it is written down.

Source: Amazon CloudFront Developer Guide, "Set signed cookies that use a custom policy" and "Create a signed URL using a custom policy".
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

POLICY: Final = "CloudFront-Policy"
SIGNATURE: Final = "CloudFront-Signature"
KEY_PAIR_ID: Final = "CloudFront-Key-Pair-Id"
"""Names of the three cookies; a signed URL has `Policy`, `Signature` and `Key-Pair-Id`."""

_SAFE = str.maketrans("+=/", "-_~")  # CloudFront's own substitutions, not base64url's


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A policy and the signature under it, ready for a cookie or a URL."""

    policy: str
    signature: str
    key_id: str


def policy(resource: str, *, expires: int, address: str | None = None) -> bytes:
    """The custom policy for `resource` (an `https` URL that may hold `*`) until `expires` (seconds since 1970).

    `address`: an IPv4 address or range in CIDR notation that alone may use it.
    """
    condition: dict[str, object] = {"DateLessThan": {"AWS:EpochTime": expires}}
    if address is not None:
        condition["IpAddress"] = {"AWS:SourceIp": address if "/" in address else f"{address}/32"}
    return json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}, separators=(",", ":")).encode()


def encode(data: bytes) -> str:
    """Base64 with what a query or a cookie would not carry replaced."""
    return b64encode(data).decode().translate(_SAFE)


def cookies(signed: Signed) -> Mapping[str, str]:
    """Name → value of the three cookies."""
    return {POLICY: signed.policy, SIGNATURE: signed.signature, KEY_PAIR_ID: signed.key_id}


def url(base: str, signed: Signed) -> str:
    """`base` with the signature in its query."""
    mark = "&" if "?" in base else "?"
    return f"{base}{mark}Policy={signed.policy}&Signature={signed.signature}&Key-Pair-Id={signed.key_id}"
