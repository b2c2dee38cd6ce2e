"""Text transformations before a comparison.

Source: AWS WAF Developer Guide, "Text transformation options".
"""

import base64
import hashlib
import html
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from marquee.emulator.firewall.inspected import NotJudgedError

Transform = Callable[[bytes], bytes]

_SPACES = re.compile(rb"[\f\t\n\r\v\xa0 ]+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")


def _base64_loose(data: bytes) -> bytes:
    """What is no base64 is ignored."""
    return _base64(_NOT_BASE64.sub(b"", data))


def _base64(data: bytes) -> bytes:
    kept = data.rstrip(b"=")
    try:
        return base64.b64decode(kept + b"=" * (-len(kept) % 4), validate=True)
    except ValueError:
        return data


def _hexadecimal(data: bytes) -> bytes:
    try:
        return bytes.fromhex(data.decode("ascii"))
    except ValueError:
        return data


def _command_line(data: bytes) -> bytes:
    kept = re.sub(rb"[\\\"'^]", b"", data)
    kept = re.sub(rb"[,;]", b" ", kept)
    return re.sub(rb" (?=[/(])", b"", re.sub(rb" +", b" ", kept)).lower()


def _normal_path(data: bytes) -> bytes:
    made = posixpath.normpath(data) if data else data
    return made[1:] if made.startswith(b"//") else made


_KNOWN: Final[Mapping[str, Transform]] = {
    "NONE": lambda data: data,
    "BASE64_DECODE": _base64,
    "BASE64_DECODE_EXT": _base64_loose,
    "CMD_LINE": _command_line,
    "COMPRESS_WHITE_SPACE": lambda data: _SPACES.sub(b" ", data),
    "HEX_DECODE": _hexadecimal,
    "HTML_ENTITY_DECODE": lambda data: html.unescape(data.decode("latin-1")).encode("utf-8"),
    "LOWERCASE": bytes.lower,
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "NORMALIZE_PATH": _normal_path,
    "NORMALIZE_PATH_WIN": lambda data: _normal_path(data.replace(b"\\", b"/")),
    "REMOVE_NULLS": lambda data: data.replace(b"\0", b""),
    "REPLACE_NULLS": lambda data: data.replace(b"\0", b" "),
    "URL_DECODE": lambda data: unquote_to_bytes(data.replace(b"+", b" ")),
}


def transformed(given: Sequence[Mapping[str, Any]]) -> Transform:
    """All of `TextTransformations`, the lowest priority first. Raises NotJudgedError for one that is not known."""
    steps: list[Transform] = []
    for item in sorted(given, key=lambda item: int(item["Priority"])):
        if item["Type"] not in _KNOWN:
            raise NotJudgedError(f"text transformation {item['Type']}")
        steps.append(_KNOWN[item["Type"]])

    def all_of_them(data: bytes) -> bytes:
        for step in steps:
            data = step(data)
        return data

    return all_of_them
