"""Lambda: `POST /playback` and `POST /playback/refresh`. Who calls is known: API Gateway has checked the JWT."""

import ipaddress
import re
import time
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config

from marquee.domain import entitlements, packaging
from marquee.domain.edge import VIEWER_HEADER
from marquee.domain.tokens import Claims, Quality, TokenError, live_scope, pseudonym, title_scope
from runtime.playback import session
from runtime.playback.answers import Material, granted
from runtime.playback.environment import Environment
from runtime.playback.keys import KeyRing
from runtime.playback.problems import RefusedError, refuse, unavailable
from runtime.playback.requests import PlaybackRequest, headers_of, licence_token_of, playback_request
from runtime.playback.session import Grant
from runtime.playback.tables import Tables

logger = Logger()
environment = Environment.read()
_QUICK = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})  # seconds; a viewer waits
_secrets = boto3.client("secretsmanager", config=_QUICK)
token_keys = KeyRing(_secrets, environment.token_keys)
cookie_keys = KeyRing(_secrets, environment.cookie_keys)
tables = Tables(client=boto3.client("dynamodb", config=_QUICK), entitlements=environment.entitlements, catalogue=environment.catalogue)
_USER = re.compile(r"[\x21-\x7e]{1,128}")
_VERSION = re.compile(r"[0-9a-f]{16}")


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 the signature is Lambda's
    """An answer in payload format 2.0; `docs/playback.md` lists bodies and codes."""
    now = time.time()
    try:
        user = _user(event)
        answer = _refreshed(event, user, now) if event.get("routeKey") == "POST /playback/refresh" else _started(event, user, now)
    except RefusedError as refusal:
        logger.info("refused", extra={"code": refusal.code, "field": refusal.field})
        return refuse(refusal)
    except Exception:
        logger.exception("unavailable")
        return unavailable()
    return answer


def _started(event: Mapping[str, Any], user: str, now: float) -> dict[str, Any]:
    request = playback_request(event)
    quality, record = _granted(user, request.content_id, live=request.live, asked=request.quality, now=now)
    grant = Grant(
        session=_session(request, user, now),
        user=pseudonym(user),
        device=pseudonym(request.device_id),
        quality=quality,
        scope=_scope(request.content_id, record, live=request.live),
        issued=int(now),
        expires=int(now) + environment.token_seconds,
        asset=_asset(record),
    )
    if request.idempotency_key is not None and tables.is_revoked(grant.claims):
        raise RefusedError(HTTPStatus.FORBIDDEN, "session_revoked", "the session of this Idempotency-Key was ended")
    logger.info("granted", extra={"session": grant.session, "scope": grant.scope, "quality": quality, "device": request.device_type})
    return granted(grant, record, _material(event, now, files=request.files), environment)


def _refreshed(event: Mapping[str, Any], user: str, now: float) -> dict[str, Any]:
    """A later expiry for a session that is known by its licence token, on the same terms as a new one."""
    claims = _verified(licence_token_of(event), now)
    if claims.user != pseudonym(user):
        raise RefusedError(HTTPStatus.FORBIDDEN, "session_revoked", "the session is another viewer's")
    end = session.started(claims.session) + environment.session_seconds
    if now >= end:
        raise RefusedError(HTTPStatus.FORBIDDEN, "session_ended", "the session is over: start a new one")
    if tables.is_revoked(claims):
        raise RefusedError(HTTPStatus.FORBIDDEN, "session_revoked", "the session was ended")
    live = not claims.version
    quality, record = _granted(user, claims.title, live=live, asked=claims.quality, now=now)
    if _scope(claims.title, record, live=live) != claims.scope:
        raise RefusedError(HTTPStatus.CONFLICT, "version_replaced", "the title has a newer version: start a new session")
    grant = Grant(
        session=claims.session,
        user=claims.user,
        device=claims.device,
        quality=quality,
        scope=claims.scope,
        issued=int(now),
        expires=min(int(now) + environment.token_seconds, end),
        asset=_asset(record),
    )
    return granted(grant, record, _material(event, now, files=()), environment)


def _granted(user: str, content: str, *, live: bool, asked: Quality | None, now: float) -> tuple[Quality, Mapping[str, Any]]:
    """The quality that the viewer gets, and the catalogue's record. The right is checked first: who has none learns of no title."""
    found = tables.look_up(pseudonym(user), content, live=live)
    best = entitlements.best(found.entitlements, now)
    if best is None:
        raise RefusedError(HTTPStatus.FORBIDDEN, "not_entitled", "the viewer may not watch this")
    if live:
        if content not in environment.live_channels:
            raise RefusedError(HTTPStatus.NOT_FOUND, "unknown_title", "there is no such channel")
        return entitlements.at_most(best, asked or best), {}
    if found.title is None or found.title.get("status") != "published":
        raise RefusedError(HTTPStatus.NOT_FOUND, "unknown_title", "there is no such title, or it is not published")
    return entitlements.at_most(best, asked or best), found.title


def _scope(content: str, record: Mapping[str, Any], *, live: bool) -> str:
    if live:
        return live_scope(content)
    version = str(record.get("version", ""))
    if not _VERSION.fullmatch(version):
        raise ValueError(f"the record of {content} has no version")
    return title_scope(content, version)


def _asset(record: Mapping[str, Any]) -> str | None:
    """What the path token has to open beside the scope, where the title is packaged just in time: HLS and DASH are of one asset."""
    asset = packaging.asset_of(str((record.get("playback") or {}).get("hls", "")))
    return asset.text if asset else None


def _session(request: PlaybackRequest, user: str, now: float) -> str:
    new = session.new_id(now)
    if request.idempotency_key is None:
        return new
    known = tables.session_of(user, request.idempotency_key, asdict(request), new, now)
    if known is None:
        message = "this Idempotency-Key was used for another request"
        raise RefusedError(HTTPStatus.CONFLICT, "idempotency_key_reused", message, field="Idempotency-Key")
    return known


def _verified(token: str, now: float) -> Claims:
    try:
        return token_keys.verify(token, "licence", now)
    except TokenError as error:
        raise RefusedError(HTTPStatus.FORBIDDEN, "session_ended", f"the licence token does not hold: {error}") from None


def _material(event: Mapping[str, Any], now: float, *, files: tuple[str, ...]) -> Material:
    address = _address(event) if environment.bind_address else None
    return Material(token_key=token_keys.current(now), cookie_key=cookie_keys.current(now), address=address, files=files)


def _user(event: Mapping[str, Any]) -> str:
    """The viewer, as the authoriser says it. Refused without: a route without an authoriser would be a hole."""
    claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims", {})
    user = claims.get("sub")
    if not isinstance(user, str) or not _USER.fullmatch(user):
        raise RefusedError(HTTPStatus.UNAUTHORIZED, "unauthorized", "the token names no viewer")
    return user


def _address(event: Mapping[str, Any]) -> str | None:
    """The viewer's IPv4 address, as the edge saw it. CloudFront's policies know no IPv6, so such a viewer's cookies hold everywhere."""
    try:
        return str(ipaddress.IPv4Address(headers_of(event).get(VIEWER_HEADER, "")))
    except ValueError:
        return None
