"""What the functions of `runtime/playback` share: their packages, and the statements that several of them need."""

from typing import Final, Literal

from pulumi import Input

from components.identity.statement import Conditions, Statement, allow
from components.refs import Placement
from marquee.domain.names import Secret

Workload = Literal["playback", "authorise", "revoke", "beacon", "rotate", "prune"]
PACKAGES: Final = ("cryptography", "cffi", "pycparser")
"""Of the one artefact that all of them run from: RSA for the cookies, ECDSA for the store's signatures."""

_STORE_READS: Final = ("cloudfront-keyvaluestore:DescribeKeyValueStore", "cloudfront-keyvaluestore:GetKey")


def write_store(arn: Input[str]) -> tuple[Statement, ...]:
    """Read and change the edge's key-value store."""
    return (allow(*_STORE_READS, "cloudfront-keyvaluestore:ListKeys", "cloudfront-keyvaluestore:UpdateKeys", on=arn),)


def read_secrets(place: Placement, *secrets: Secret) -> tuple[Statement, ...]:
    """Read secrets of the stack in this region, by name: the six characters at the end of their ARNs are AWS's."""
    return (
        allow("secretsmanager:GetSecretValue", on=[secret_pattern(place, secret) for secret in secrets]),
        allow("kms:Decrypt", on=place.keys.secrets, when=through("secretsmanager", place)),
    )


def secret_pattern(place: Placement, secret: Secret) -> str:
    """ARN of a secret, whatever AWS appends to its name."""
    return f"arn:aws:secretsmanager:{place.region}:{place.account}:secret:{place.names.secret(secret)}-??????"


def through(service: str, place: Placement) -> Conditions:
    """A key is used by that service of this region alone."""
    return {"StringEquals": {"kms:ViaService": f"{service}.{place.region}.amazonaws.com"}}
