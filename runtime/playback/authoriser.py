"""Lambda authoriser of the routes that a session calls: is the licence token good, not revoked, and its viewer still entitled?"""

import time
from collections.abc import Mapping
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from marquee.domain.tokens import TokenError
from runtime.playback.environment import Environment
from runtime.playback.keys import KeyRing
from runtime.playback.requests import headers_of
from runtime.playback.tables import Tables

logger = Logger()
environment = Environment.read()
_QUICK = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})  # seconds
token_keys = KeyRing(boto3.client("secretsmanager", config=_QUICK), environment.token_keys)
tables = Tables(client=boto3.client("dynamodb", config=_QUICK), entitlements=environment.entitlements, catalogue=environment.catalogue)


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """API Gateway's simple response. The context holds the claims, all as text, for the function behind: `session`, `user`, `device`,
    `title`, `version`, `quality`, `expires`. A dependency that fails raises; API Gateway answers 500 then, and nobody passes unchecked."""
    now = time.time()
    scheme, _, token = headers_of(event).get("authorization", "").partition(" ")
    try:
        claims = token_keys.verify(token.strip(), "licence", now) if scheme.lower() == "bearer" else None
    except TokenError as error:
        logger.info("refused", extra={"why": str(error)})
        return {"isAuthorized": False}
    quality = tables.standing(claims, now) if claims else None
    if claims is None or quality is None:
        logger.info("refused", extra={"why": "revoked, or no longer entitled" if claims else "no bearer token"})
        return {"isAuthorized": False}
    passed = {
        "session": claims.session,
        "user": claims.user,
        "device": claims.device,
        "title": claims.title,
        "version": claims.version,
        "quality": quality,
        "expires": str(claims.expires),
    }
    return {"isAuthorized": True, "context": passed}
