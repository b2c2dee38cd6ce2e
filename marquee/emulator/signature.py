"""What a request's SigV4 signature says: who calls which service in which region."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The credential scope of a signed request. Source: AWS General Reference, "Signature Version 4"."""

    access_key: str
    service: str
    """Signing name, such as `monitoring` for CloudWatch."""
    region: str

    @property
    def account(self) -> str:
        """The account: an access key of twelve digits is that account's root user; others belong to nobody here."""
        return self.access_key if _ACCOUNT.fullmatch(self.access_key) else ""


def signature_of(headers: Mapping[str, str], query_string: str) -> Signature | None:
    """Read the scope from the Authorization header or from a presigned query; None for an unsigned request."""
    claim = headers.get("authorization", "")
    if not claim and "X-Amz-Credential=" in query_string:
        claim = f"Credential={parse_qs(query_string)['X-Amz-Credential'][0]}"
    match = _CREDENTIAL.search(claim)
    if match is None:
        return None
    return Signature(access_key=match[1], region=match[3], service=match[4])
