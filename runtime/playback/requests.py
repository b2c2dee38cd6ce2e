"""What a player asks for, checked field by field."""

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, cast, get_args

from marquee.domain import titles
from marquee.domain.tokens import Quality
from runtime.playback.problems import RefusedError

MAX_BYTES: Final = 8 * 1024
"""Of a request's body."""
DEVICE_TYPES: Final = ("browser", "mobile", "tv", "console", "stb")
MAX_FILES: Final = 10

_DEVICE_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}(?:/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}){0,3}")
_IDEMPOTENCY = re.compile(r"[\x21-\x7e]{1,128}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybackRequest:
    """Body and headers of `POST /playback`."""

    content_id: str
    live: bool
    device_id: str
    device_type: str
    quality: Quality | None
    files: tuple[str, ...]
    idempotency_key: str | None


def body_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The JSON object in a request of API Gateway (payload 2.0). Raises RefusedError."""
    headers = headers_of(event)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", "send Content-Type: application/json")
    raw = str(event.get("body") or "")
    if len(raw) > MAX_BYTES * 4 // 3 + 4:
        raise _too_large()
    try:
        data = b64decode(raw, validate=True) if event.get("isBase64Encoded") else raw.encode()
        if len(data) > MAX_BYTES:
            raise _too_large()
        body = json.loads(data)
    except (Base64Error, ValueError, RecursionError):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_json", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise RefusedError(HTTPStatus.BAD_REQUEST, "invalid_json", "the body is not a JSON object")
    return cast("dict[str, Any]", body)


def headers_of(event: Mapping[str, Any]) -> Mapping[str, str]:
    """Request headers by lower-case name."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def playback_request(event: Mapping[str, Any]) -> PlaybackRequest:
    """What `POST /playback` asks for. Raises RefusedError that names the field."""
    body = body_of(event)
    unknown = body.keys() - {"contentId", "live", "device", "quality", "files"}
    if unknown:
        name = min(unknown)[:64]
        raise _invalid(name, "is no field of this request")
    content_id, live, device = body.get("contentId"), body.get("live", False), body.get("device")
    if not isinstance(content_id, str) or not titles.is_title_id(content_id):
        raise _invalid("contentId", "is not the id of a title or channel")
    if not isinstance(live, bool):
        raise _invalid("live", "is neither true nor false")
    device_id, device_type = _device(device)
    return PlaybackRequest(
        content_id=content_id,
        live=live,
        device_id=device_id,
        device_type=device_type,
        quality=_quality(body.get("quality")),
        files=_files(body.get("files", [])),
        idempotency_key=_idempotency_key(event),
    )


def licence_token_of(event: Mapping[str, Any]) -> str:
    """The licence token in the body of `POST /playback/refresh`. Raises RefusedError."""
    token = body_of(event).get("licence")
    if not isinstance(token, str) or not token:
        raise _invalid("licence", "is not the licence token of the session")
    return token


def _device(device: Any) -> tuple[str, str]:
    given = cast("dict[str, Any]", device) if isinstance(device, dict) else {}
    identifier, kind = given.get("id"), given.get("type")
    if not isinstance(identifier, str) or not _DEVICE_ID.fullmatch(identifier):
        raise _invalid("device.id", "is not 1 to 128 of the characters A-Z a-z 0-9 . _ : -")
    if kind not in DEVICE_TYPES:
        raise _invalid("device.type", f"is none of {', '.join(DEVICE_TYPES)}")
    return identifier, str(kind)


def _quality(quality: Any) -> Quality | None:
    if quality is None:
        return None
    known: tuple[Quality, ...] = get_args(Quality)
    if quality not in known:
        raise _invalid("quality", f"is none of {', '.join(known)}")
    return known[known.index(quality)]


def _files(files: Any) -> tuple[str, ...]:
    given = cast("list[Any]", files) if isinstance(files, list) else [files]
    names = tuple(name for name in given if isinstance(name, str) and _FILE.fullmatch(name))
    if not isinstance(files, list) or len(names) < len(given) or len(names) > MAX_FILES:
        raise _invalid("files", f"is not a list of up to {MAX_FILES} file names of the title")
    return names


def _idempotency_key(event: Mapping[str, Any]) -> str | None:
    key = headers_of(event).get("idempotency-key")
    if key is not None and not _IDEMPOTENCY.fullmatch(key):
        raise _invalid("Idempotency-Key", "is not 1 to 128 printable characters")
    return key


def _invalid(field: str, why: str) -> RefusedError:
    return RefusedError(HTTPStatus.BAD_REQUEST, "invalid_request", f"{field} {why}", field=field)


def _too_large() -> RefusedError:
    return RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"the body is larger than {MAX_BYTES} bytes")
