"""Answers `POST /speke/v2.0/copyProtection` of the key provider's API: CPIX in, CPIX with keys out.

Refusals are 4xx with the reason as text, as MediaPackage's guide "Implementing SPEKE v2.0" words them. Nothing of a document is logged,
since a response holds keys: only ids, and the names of failures.
"""

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger

from marquee.domain.content_keys import Content
from marquee.domain.cpix import speke
from marquee.domain.cpix.model import SPEKE_VERSION, CpixError, Document
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.key_index import Entry
from runtime.speke.environment import Environment
from runtime.speke.keys import Keys

logger = Logger()
environment = Environment.read()
keys = Keys(key_arn=environment.key_arn, table_name=environment.table_name)


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 nothing depends on the invocation
    """A proxy answer for API Gateway: 200 with a document, 422 with a reason, or 500 with nothing but that."""
    try:
        asked = _asked(event)
        answer = build(_answered(asked)).decode()
    except CpixError as reason:
        logger.warning("refused", extra={"reason": str(reason)})
        return _response(HTTPStatus.UNPROCESSABLE_ENTITY, str(reason), "text/plain; charset=utf-8")
    except Exception as failure:  # whatever failed, its message is not the caller's
        logger.exception("failed", extra={"error": type(failure).__name__})
        return _response(HTTPStatus.INTERNAL_SERVER_ERROR, "The key provider failed; try again", "text/plain; charset=utf-8")
    logger.info("served", extra={"content": asked.content_id, "keys": [str(key.kid) for key in asked.keys]})
    return _response(HTTPStatus.OK, answer, "application/xml")


def _asked(event: Mapping[str, Any]) -> Document:
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    if headers.get("x-speke-version") != SPEKE_VERSION:
        raise CpixError("Unsupported SPEKE version")
    body = str(event.get("body") or "")
    if not event.get("isBase64Encoded"):
        return parse(body.encode())
    try:
        return parse(base64.b64decode(body, validate=True))
    except binascii.Error:
        raise CpixError("The document is no well-formed XML") from None


def _answered(asked: Document) -> Document:
    try:
        content = Content.of(asked.content_id)
    except ValueError:
        raise CpixError("Unknown CPIX@contentId") from None
    speke.require_servable(asked, environment.systems)
    keys.claim({kid: Entry(content, label) for kid, label in speke.labels_of(asked).items()})
    return speke.answer(asked, {key.kid: keys.make(key.kid) for key in asked.keys})


def _response(status: HTTPStatus, body: str, content_type: str) -> dict[str, Any]:
    return {
        "statusCode": status.value,
        "headers": {
            "Content-Type": content_type,
            "X-Speke-Version": SPEKE_VERSION,
            "X-Speke-User-Agent": "Marquee reference key provider",
            "Cache-Control": "no-store",
        },
        "body": body,
        "isBase64Encoded": False,
    }
