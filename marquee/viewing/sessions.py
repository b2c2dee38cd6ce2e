"""Ending sessions and replacing keys: calls of the platform's own functions, so that there is one way to do it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from marquee.domain.names import Secret
from marquee.domain.revocations import Kind
from marquee.errors import MarqueeError
from marquee.ingest import Target


@dataclass(frozen=True, slots=True)
class Subject:
    """What is revoked: a session's, title's, user's or device's id, as its owner knows it."""

    kind: Kind
    id: str


def revoke(target: Target, subjects: Sequence[Subject]) -> list[dict[str, Any]]:
    """`[{"kind", "subject", "until"}, …]`: what is refused from now on, and when nobody could hold such a token any more.

    Raises MarqueeError if the function fails, which changes nothing that trying again would not.
    """
    event = {"revoke": [asdict(subject) for subject in subjects]}
    answer = target.client("lambda").invoke(FunctionName=target.names.function("revoke"), Payload=json.dumps(event).encode())
    body = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise MarqueeError(f"nothing is certain to be revoked: {body.get('errorMessage', body)}", fix="run the command again")
    return body["revoked"]


def rotate(target: Target, secret: Secret) -> str:
    """Replace a signing key now; the id of the secret's new version. The rotation goes on after this call."""
    return str(target.client("secretsmanager").rotate_secret(SecretId=target.names.secret(secret))["VersionId"])
