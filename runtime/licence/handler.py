"""Lambda: `POST /licence/clearkey` and `GET /licence/hls/{key}`. The authoriser has checked the session's token and entitlement."""

import json
import os
import uuid
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from marquee.domain import key_index
from marquee.domain.content_keys import content_key
from runtime.licence.rules import LicenceError, Session, asked, licence

logger = Logger()
_QUICK = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})  # seconds; a viewer waits
dynamodb = boto3.client("dynamodb", config=_QUICK)
kms = boto3.client("kms", config=_QUICK)
table, key_arn = os.environ["CONTENT_KEYS"], os.environ["CONTENT_KEY_ARN"]


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """200 with the keys that the session may have, 403 if there is none among those asked for. Keys are never logged."""
    try:
        session = Session.of(event["requestContext"]["authorizer"]["lambda"])
        wanted = _wanted(event)
        granted = _granted(session, wanted)
        if not granted:
            logger.info("refused", extra={"title": session.title, "keys": [str(kid) for kid in wanted]})
            return _error(HTTPStatus.FORBIDDEN, "not_entitled", "none of these keys is for this session")
        if event.get("routeKey") == "POST /licence/clearkey":
            return _answer(HTTPStatus.OK, "application/json", json.dumps(licence({kid: _key(kid) for kid in granted})).encode())
        return _answer(HTTPStatus.OK, "application/octet-stream", _key(granted[0]))
    except LicenceError as error:
        return _error(HTTPStatus.BAD_REQUEST, "invalid_request", str(error))
    except Exception:
        logger.exception("unavailable")
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", "try again in a moment")


def _wanted(event: Mapping[str, Any]) -> tuple[uuid.UUID, ...]:
    if event.get("routeKey") == "POST /licence/clearkey":
        body = str(event.get("body") or "")
        try:
            return asked(b64decode(body, validate=True).decode() if event.get("isBase64Encoded") else body)
        except (Base64Error, UnicodeDecodeError):
            raise LicenceError("the body is no text") from None
    try:
        return (uuid.UUID(hex=(event.get("pathParameters") or {}).get("key", "")),)
    except ValueError:
        raise LicenceError("the path names no key id") from None


def _granted(session: Session, wanted: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """A key id that is not in the index is nobody's."""
    kids = list(dict.fromkeys(wanted))
    keys = [{key_index.KEY: {"S": str(kid)}} for kid in kids]
    answer = dynamodb.batch_get_item(RequestItems={table: {"Keys": keys}})
    if answer.get("UnprocessedKeys"):
        raise TimeoutError("DynamoDB hands keys back unread")
    found = {item[key_index.KEY]["S"]: key_index.entry_of(item) for item in answer["Responses"].get(table, [])}
    entries = {kid: found.get(str(kid)) for kid in kids}
    return [kid for kid, entry in entries.items() if entry is not None and session.may_have(entry)]


def _key(kid: uuid.UUID) -> bytes:
    return content_key(kms.generate_mac(KeyId=key_arn, MacAlgorithm="HMAC_SHA_256", Message=kid.bytes)["Mac"])


def _error(status: HTTPStatus, code: str, message: str) -> dict[str, Any]:
    return _answer(status, "application/json", json.dumps({"error": {"code": code, "message": message}}).encode())


def _answer(status: HTTPStatus, kind: str, body: bytes) -> dict[str, Any]:
    headers = {"content-type": kind, "cache-control": "no-store"}
    return {"statusCode": status.value, "headers": headers, "body": b64encode(body).decode(), "isBase64Encoded": True}
