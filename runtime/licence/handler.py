"""Lambda: `POST /licence/clearkey` and `GET /licence/hls/{key}` of the playback API, behind the authoriser of licence tokens.

The authoriser says who asks, the index what a key is for. Only ids are logged.
"""

import base64
import json
import os
import uuid
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools import Logger

from marquee.domain.rights import Rights
from runtime.licence import clear_key
from runtime.licence.clear_key import NotEntitledError, RequestError
from runtime.licence.keys import Keys

HLS: Final = "GET /licence/hls/{key}"
_NO_STORE: Final = {"cache-control": "no-store"}

logger = Logger()
keys = Keys(key_arn=os.environ["CONTENT_KEY_ARN"], table_name=os.environ["CONTENT_KEYS"])


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 nothing depends on the invocation
    """An answer in API Gateway's payload format 2.0: 200, 400, 403 if no key may be had, or 503 if a dependency failed."""
    try:
        claims = _claims(event)
        answer = _hls(event, claims) if event.get("routeKey") == HLS else _clear_key(event, claims)
    except RequestError as error:
        return _problem(HTTPStatus.BAD_REQUEST, "invalid_request", str(error))
    except NotEntitledError:
        logger.info("refused")
        return _problem(HTTPStatus.FORBIDDEN, "not_entitled", "none of these keys belongs to what the session may play")
    except Exception:
        logger.exception("unavailable")
        return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "try again in a moment")
    return answer


def _claims(event: Mapping[str, Any]) -> Rights:
    """What the authoriser let pass. Without it nobody is entitled to anything."""
    authorizer: Mapping[str, Any] = event.get("requestContext", {}).get("authorizer", {})
    try:
        return Rights.of(authorizer["lambda"])
    except (KeyError, TypeError, ValueError):
        raise NotEntitledError from None


def _clear_key(event: Mapping[str, Any], rights: Rights) -> dict[str, Any]:
    kids = clear_key.requested(str(event.get("body") or ""), is_base64=bool(event.get("isBase64Encoded")))
    entries = keys.entries(kids)
    licence = clear_key.licence(kids, lambda kid: rights.open(entries.get(kid)), _make)
    return {"statusCode": 200, "headers": {**_NO_STORE, "content-type": "application/json"}, "body": licence, "isBase64Encoded": False}


def _hls(event: Mapping[str, Any], rights: Rights) -> dict[str, Any]:
    named = str((event.get("pathParameters") or {}).get("key", ""))
    secret = clear_key.key(named, lambda kid: rights.open(keys.entries([kid]).get(kid)), _make)
    return {
        "statusCode": 200,
        "headers": {**_NO_STORE, "content-type": "application/octet-stream"},
        "body": base64.b64encode(secret).decode(),
        "isBase64Encoded": True,
    }


def _make(kid: uuid.UUID) -> bytes:
    logger.info("key handed out", extra={"kid": str(kid)})
    return keys.make(kid)


def _problem(status: HTTPStatus, code: str, message: str) -> dict[str, Any]:
    body = json.dumps({"error": {"code": code, "message": message}})
    return {
        "statusCode": status.value,
        "headers": {**_NO_STORE, "content-type": "application/json"},
        "body": body,
        "isBase64Encoded": False,
    }
