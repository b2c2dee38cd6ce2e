"""What the API answers: JSON, never cached, and errors that a player can act on."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any


class RefusedError(Exception):
    """A request that is answered with a status below 500. `message` is for the player's developer."""

    def __init__(self, status: HTTPStatus, code: str, message: str, *, field: str = ""):
        super().__init__(message)
        self.status, self.code, self.message, self.field = status, code, message, field


def respond(status: HTTPStatus, body: Mapping[str, Any] | None = None, *, cookies: Sequence[str] = ()) -> dict[str, Any]:
    """An answer in API Gateway's payload format 2.0. No body for 204."""
    answer: dict[str, Any] = {"statusCode": status.value, "headers": {"cache-control": "no-store"}, "isBase64Encoded": False}
    if body is not None:
        answer["headers"]["content-type"] = "application/json"
        answer["body"] = json.dumps(body)
    return {**answer, "cookies": list(cookies)} if cookies else answer


def refuse(refusal: RefusedError) -> dict[str, Any]:
    """The answer that says why."""
    error = {"code": refusal.code, "message": refusal.message, **({"field": refusal.field} if refusal.field else {})}
    return respond(refusal.status, {"error": error})


def unavailable() -> dict[str, Any]:
    """503: a dependency failed, and its message is for the log alone."""
    return respond(HTTPStatus.SERVICE_UNAVAILABLE, {"error": {"code": "unavailable", "message": "try again in a moment"}})
