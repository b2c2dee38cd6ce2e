"""Lambda: end sessions. A session calls it for itself (`DELETE /sessions/{session}`), operators for anything: `marquee playback revoke`."""

import os
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast, get_args

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from marquee.domain.revocations import Kind, Revocation
from marquee.domain.tokens import pseudonym
from runtime.playback import state
from runtime.playback.key_value_store import KeyValueStore
from runtime.playback.problems import RefusedError, refuse, respond, unavailable
from runtime.playback.tables import Tables

logger = Logger()
_session = boto3.Session()
store = KeyValueStore(arn=os.environ["STORE_ARN"], credentials=_session.get_credentials())
_CAREFUL = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})  # seconds
tables = Tables(client=_session.client("dynamodb", config=_CAREFUL), entitlements=os.environ["ENTITLEMENTS"], catalogue="")
token_seconds = int(os.environ["TOKEN_SECONDS"])
session_seconds = int(os.environ["SESSION_SECONDS"])


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """`{"revoke": [{"kind", "id"}, …]}` from an operator to `{"revoked": [{"kind", "subject", "until"}, …]}`; ValueError for other kinds.

    From the API: 204, or 403 for a session that is not the caller's own. The regions' table is written before the edge's store: whichever
    write fails, trying again does both.
    """
    if "revoke" in event:
        made = _made(cast("Sequence[Mapping[str, str]]", event["revoke"]), time.time())
        _write(made)
        return {"revoked": [{"kind": one.kind, "subject": one.subject, "until": one.until} for one in made]}
    try:
        return _own_session(event)
    except RefusedError as refusal:
        return refuse(refusal)
    except Exception:
        logger.exception("unavailable")
        return unavailable()


def _own_session(event: Mapping[str, Any]) -> dict[str, Any]:
    caller = event.get("requestContext", {}).get("authorizer", {}).get("lambda", {})
    session = (event.get("pathParameters") or {}).get("session", "")
    if not session or caller.get("session") != session:
        raise RefusedError(HTTPStatus.FORBIDDEN, "not_your_session", "the licence token is another session's")
    _write(_made([{"kind": "session", "id": session}], time.time()))
    return respond(HTTPStatus.NO_CONTENT)


def _made(asked: Sequence[Mapping[str, str]], now: float) -> list[Revocation]:
    """A session is over for good; of others, what was issued so far ends. A second more is for tokens that are being issued now."""
    made: list[Revocation] = []
    for one in asked:
        kind, identifier = _kind(one["kind"]), one["id"]
        subject = pseudonym(identifier) if kind in ("user", "device") else identifier
        end = int(now) + session_seconds + token_seconds
        before, until = (end, end) if kind == "session" else (int(now) + 1, int(now) + token_seconds + 1)
        made.append(Revocation(kind, subject, before, until))
    return made


def _kind(name: str) -> Kind:
    known: tuple[Kind, ...] = get_args(Kind)
    if name not in known:
        raise ValueError(f"{name} cannot be revoked: {', '.join(known)}")
    return known[known.index(name)]


def _write(made: Sequence[Revocation]) -> None:
    tables.revoke(made)
    state.revoke(store, made)
    logger.info("revoked", extra={"entries": [one.key for one in made]})
