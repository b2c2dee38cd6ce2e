"""The files that an uploader may put beside a master, before the master itself: `<file>.json` and the WebVTT files that it names.

`masters/film/film.mp4.json` speaks of `masters/film/film.mp4`. All of it is optional, and what it says is checked:

    {"title": "A Film", "titleId": "film", "language": "en", "sha256": "<64 hexadecimal digits>", "crc64nvme": "<base64>",
     "durationSeconds": 5400.2, "captions": {"en": "film.en.vtt"}}
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

SIDECAR: Final = ".json"
CAPTIONS: Final = ".vtt"
SUFFIXES: Final = (SIDECAR, CAPTIONS)
LARGEST: Final[dict[str, int]] = {SIDECAR: 64 * 1024, CAPTIONS: 8 * 1024 * 1024}
"""Bytes. Ten hours of dialogue are about one MiB of WebVTT."""

_T = TypeVar("_T")

_LONGEST_TITLE = 200  # characters
_MOST_CAPTIONS = 50
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FIELDS = frozenset({"title", "titleId", "language", "sha256", "crc64nvme", "durationSeconds", "captions"})


class BadCompanionError(ValueError):
    """A companion cannot be used; the message says why, to its uploader."""


@dataclass(frozen=True, kw_only=True)
class Sidecar:
    """What the JSON file says; None where it says nothing."""

    title: str | None = None
    title_id: str | None = None
    language: str | None = None
    sha256: str | None = None
    """Of the whole file, 64 lower-case hexadecimal digits."""
    crc64nvme: str | None = None
    """Of the whole file, as S3 writes it: base64 of 8 bytes."""
    seconds: float | None = None
    captions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Language → name of a WebVTT file in the same folder."""


def is_companion(key: str) -> bool:
    """Whether an object of this name waits for its master."""
    return key.lower().endswith(SUFFIXES)


def suffix_of(key: str) -> str:
    """The companion's kind: `SIDECAR` or `CAPTIONS`."""
    return SIDECAR if key.lower().endswith(SIDECAR) else CAPTIONS


def sidecar_key(master_key: str) -> str:
    """Key of the JSON file that speaks of a master."""
    return f"{master_key}{SIDECAR}"


def parse(content: bytes) -> Sidecar:
    """The sidecar that `content` holds. Raises BadCompanionError for anything but what the module's text describes."""
    if len(content) > LARGEST[SIDECAR]:
        raise BadCompanionError(f"it has {len(content)} bytes, and {LARGEST[SIDECAR]} are allowed")
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except BadCompanionError:
        raise
    except (ValueError, RecursionError) as error:
        raise BadCompanionError(f"it is no JSON: {str(error)[:200] or type(error).__name__}") from None
    if not isinstance(found, dict):
        raise BadCompanionError("it is no JSON object")
    given = cast("dict[str, Any]", found)
    unknown = sorted(set(given) - _FIELDS)
    if unknown:
        raise BadCompanionError(f"it has the unknown field {unknown[0][:60]!r}; known are {', '.join(sorted(_FIELDS))}")
    return Sidecar(
        title=_field(given, "title", _title),
        title_id=_field(given, "titleId", _text),
        language=_field(given, "language", _language),
        sha256=_field(given, "sha256", _sha256),
        crc64nvme=_field(given, "crc64nvme", _crc64nvme),
        seconds=_field(given, "durationSeconds", _seconds),
        captions=_field(given, "captions", _captions) or {},
    )


def check_webvtt(content: bytes) -> None:
    """Raises BadCompanionError for what is no WebVTT file. Source: W3C WebVTT, 4.1, "Syntax": the first line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadCompanionError("it is not UTF-8") from None
    if not re.match(r"WEBVTT(?:[ \t][^\n\r]*)?(?:\r?\n|\r|\Z)", text):
        raise BadCompanionError("its first line is not WEBVTT")
    if "\0" in text:
        raise BadCompanionError("it holds a null character")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice, parsers disagree which value holds."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadCompanionError("a name stands twice in it")
    return found


def _field(given: Mapping[str, Any], name: str, read: Callable[[Any], _T]) -> _T | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        return read(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise BadCompanionError(f"{name}: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("it is no text")
    return value


def _title(value: Any) -> str:
    text = _text(value).strip()
    if not text or len(text) > _LONGEST_TITLE or not text.isprintable():
        raise ValueError(f"it has 1 to {_LONGEST_TITLE} printable characters")
    return text


def _language(value: Any) -> str:
    if not _LANGUAGE.fullmatch(_text(value)) or len(value) > 35:
        raise ValueError("it is no BCP 47 tag such as en or pt-BR")
    return value


def _sha256(value: Any) -> str:
    text = _text(value).lower()
    if not _SHA256.fullmatch(text):
        raise ValueError("it is no SHA-256 in 64 hexadecimal digits")
    return text


def _crc64nvme(value: Any) -> str:
    try:
        size = len(base64.b64decode(_text(value), validate=True))
    except binascii.Error:
        size = 0
    if size != 8:
        raise ValueError("it is no base64 of 8 bytes")
    return value


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("it is no number")
    if not 0 < value < 10**7:  # NaN is neither
        raise ValueError("it is no number of seconds above 0")
    return float(value)


def _captions(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TypeError("it is no object of languages and file names")
    given = cast("dict[str, Any]", value)
    if len(given) > _MOST_CAPTIONS:
        raise ValueError(f"it names more than {_MOST_CAPTIONS} files")
    found = {_language(language): _text(name) for language, name in given.items()}
    for name in found.values():
        if "/" in name or not name.lower().endswith(CAPTIONS) or len(name.encode()) > 255:
            raise ValueError(f"{name[:60]!r} is no WebVTT file of the same folder")
    return found
