"""Reads CPIX documents with the standard library alone, since this ships in Lambda."""

import base64
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from marquee.domain.content_keys import KEY_BYTES
from marquee.domain.cpix.model import (
    CPIX,
    CPIX_VERSION,
    ELEMENTS,
    PSKC,
    CpixError,
    Datum,
    Document,
    DrmSystem,
    Filter,
    Key,
    Period,
    UsageRule,
)

MAX_BYTES: Final = 128 * 1024
MAX_KEYS: Final = 64
"""Each costs the provider a call; four labels over sixteen periods."""


class _Builder(ET.TreeBuilder):
    """Refuses a document type declaration before anything in it is read, and with it every entity and every outside file."""

    def doctype(self, *_: str | None) -> None:
        raise CpixError("The document has a document type declaration")


def parse(data: bytes) -> Document:
    """The document in `data`. Raises CpixError for what is too large, is no XML, or is not what SPEKE v2.0 asks for."""
    if len(data) > MAX_BYTES:
        raise CpixError(f"The document has more than {MAX_BYTES} bytes")
    try:
        root = ET.fromstring(data, parser=ET.XMLParser(target=_Builder()))  # noqa: S314 - no declaration, so no entity
    except (ET.ParseError, ValueError, LookupError) as error:  # LookupError: an encoding that nobody knows
        if isinstance(error, CpixError):
            raise
        raise CpixError("The document is no well-formed XML") from None
    return _Reader(root).document()


@dataclass(frozen=True)
class _Reader:
    root: ET.Element

    def document(self) -> Document:
        if self.root.tag != f"{{{CPIX}}}CPIX":
            raise CpixError("The document is no CPIX")
        content_id = self.root.get("contentId") or ""
        if not content_id:
            raise CpixError("Missing CPIX@contentId")
        version = self.root.get("version")
        if version != CPIX_VERSION:
            raise CpixError("Missing CPIX@version" if version is None else "Unsupported CPIX@version")
        if self.root.find(f"{{{CPIX}}}DeliveryDataList") is not None:
            raise CpixError("Encrypted content keys (DeliveryDataList) are not supported")
        found = Document(
            content_id=content_id,
            keys=tuple(self._keys()),
            systems=tuple(self._systems()),
            rules=tuple(self._rules()),
            periods=tuple(self._periods()),
        )
        _check(found)
        return found

    def _all(self, section: str, element: str) -> Iterator[ET.Element]:
        return self.root.iterfind(f"{{{CPIX}}}{section}/{{{CPIX}}}{element}")

    def _keys(self) -> Iterator[Key]:
        for element in self._all("ContentKeyList", "ContentKey"):
            kid = _kid(element)
            scheme = element.get("commonEncryptionScheme")
            if not scheme:
                raise CpixError(f"Missing ContentKey@commonEncryptionScheme for KID {kid}")
            iv, secret = element.get("explicitIV"), element.find(f".//{{{PSKC}}}PlainValue")
            yield Key(
                kid=kid,
                scheme=scheme,
                iv=None if iv is None else _binary(iv, "ContentKey@explicitIV", KEY_BYTES),
                secret=None if secret is None else _binary(secret.text, "the content key", KEY_BYTES),
            )

    def _systems(self) -> Iterator[DrmSystem]:
        for element in self._all("DRMSystemList", "DRMSystem"):
            data: dict[Datum, bytes] = {}
            for datum, (tag, playlist) in ELEMENTS.items():
                for child in element.iterfind(f"{{{CPIX}}}{tag}"):
                    if child.get("playlist") == playlist:
                        data[datum] = _binary(child.text, tag)
            yield DrmSystem(kid=_kid(element), system_id=_uuid(element.get("systemId"), "DRMSystem@systemId"), data=data)

    def _periods(self) -> Iterator[Period]:
        for element in self._all("ContentKeyPeriodList", "ContentKeyPeriod"):
            yield Period(id=element.get("id") or "", index=_number(element.get("index"), "ContentKeyPeriod@index"))

    def _rules(self) -> Iterator[UsageRule]:
        for element in self._all("ContentKeyUsageRuleList", "ContentKeyUsageRule"):
            kid = _kid(element)
            track_type = element.get("intendedTrackType")
            if not track_type:
                raise CpixError(f"Missing ContentKeyUsageRule@intendedTrackType for KID {kid}")
            periods = element.iterfind(f"{{{CPIX}}}KeyPeriodFilter")
            yield UsageRule(
                kid=kid,
                track_type=track_type,
                filters=tuple(_filters(element)),
                period_ids=tuple(period.get("periodId") or "" for period in periods),
            )


def _filters(rule: ET.Element) -> Iterator[Filter]:
    for name in ("VideoFilter", "AudioFilter"):
        for element in rule.iterfind(f"{{{CPIX}}}{name}"):
            flags = {"true": "1", "false": "0"}
            limits = {limit: _number(flags.get(value, value), f"{name}@{limit}") for limit, value in element.attrib.items()}
            yield Filter(element=name, limits=limits)


def _check(document: Document) -> None:
    """The rules between sections, which the schema cannot say."""
    kids = [key.kid for key in document.keys]
    if not 0 < len(kids) <= MAX_KEYS:
        raise CpixError(f"The document has {len(kids)} content keys; 1 to {MAX_KEYS} are served")
    if len(set(kids)) != len(kids):
        raise CpixError("Two content keys have one KID")
    if len({key.scheme for key in document.keys}) > 1:
        raise CpixError("Non compliant ContentKey@commonEncryptionScheme combination")
    if not document.systems:
        raise CpixError("Missing DRMSystemList")
    ruled = [rule.kid for rule in document.rules]
    if sorted(ruled) != sorted(kids):
        raise CpixError("Each content key needs one ContentKeyUsageRule, and each rule a content key")
    if not {system.kid for system in document.systems} <= set(kids):
        raise CpixError("A DRMSystem names a KID that is no content key")
    periods = {period.id for period in document.periods}
    if not {identifier for rule in document.rules for identifier in rule.period_ids} <= periods:
        raise CpixError("A KeyPeriodFilter names a period that is not listed")
    contracts = [(rule.track_type, rule.period_ids) for rule in document.rules]
    if len(set(contracts)) != len(contracts):
        raise CpixError("Two rules have one ContentKeyUsageRule@intendedTrackType")


def _kid(element: ET.Element) -> uuid.UUID:
    return _uuid(element.get("kid"), f"{element.tag.rpartition('}')[2]}@kid")


def _uuid(text: str | None, what: str) -> uuid.UUID:
    try:
        found = uuid.UUID(text or "")
    except ValueError:
        raise CpixError(f"Missing {what}" if not text else f"{what} is no UUID") from None
    if str(found) != (text or "").lower():  # Python reads braces, URNs and bare digits too
        raise CpixError(f"{what} is no UUID")
    return found


def _number(text: str | None, what: str) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 12:
        raise CpixError(f"Missing {what}" if text is None else f"{what} is no number")
    return int(text)


def _binary(text: str | None, what: str, length: int | None = None) -> bytes:
    try:
        found = base64.b64decode("".join((text or "").split()), validate=True)
    except ValueError:  # binascii.Error is one
        raise CpixError(f"{what} is no Base64") from None
    if length is not None and len(found) != length:
        raise CpixError(f"{what} has {len(found)} bytes instead of {length}")
    return found
