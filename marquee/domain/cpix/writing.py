"""Writes CPIX documents."""

import base64
import xml.etree.ElementTree as ET

from marquee.domain.cpix.model import CPIX, CPIX_VERSION, ELEMENTS, PSKC, Document, DrmSystem, Key, UsageRule

ET.register_namespace("cpix", CPIX)
ET.register_namespace("pskc", PSKC)


def build(document: Document) -> bytes:
    """The document as UTF-8 XML. What a request leaves open becomes an empty element."""
    root = ET.Element(_cpix("CPIX"), {"contentId": document.content_id, "version": CPIX_VERSION})
    keys = _section(root, "ContentKeyList")
    for key in document.keys:
        _key(keys, key)
    systems = _section(root, "DRMSystemList")
    for system in document.systems:
        _system(systems, system)
    if document.periods:
        periods = _section(root, "ContentKeyPeriodList")
        for period in document.periods:
            ET.SubElement(periods, _cpix("ContentKeyPeriod"), {"id": period.id, "index": str(period.index)})
    rules = _section(root, "ContentKeyUsageRuleList")
    for rule in document.rules:
        _rule(rules, rule)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _cpix(name: str) -> str:
    return f"{{{CPIX}}}{name}"


def _section(root: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(root, _cpix(name))


def _key(section: ET.Element, key: Key) -> None:
    attributes = {"kid": str(key.kid), "commonEncryptionScheme": key.scheme}
    if key.iv is not None:
        attributes["explicitIV"] = _base64(key.iv)
    element = ET.SubElement(section, _cpix("ContentKey"), attributes)
    if key.secret is not None:
        secret = ET.SubElement(ET.SubElement(element, _cpix("Data")), f"{{{PSKC}}}Secret")
        ET.SubElement(secret, f"{{{PSKC}}}PlainValue").text = _base64(key.secret)


def _system(section: ET.Element, system: DrmSystem) -> None:
    element = ET.SubElement(section, _cpix("DRMSystem"), {"kid": str(system.kid), "systemId": str(system.system_id)})
    for datum, (name, playlist) in ELEMENTS.items():
        if datum in system.data:
            child = ET.SubElement(element, _cpix(name), {} if playlist is None else {"playlist": playlist})
            child.text = _base64(system.data[datum])


def _rule(section: ET.Element, rule: UsageRule) -> None:
    element = ET.SubElement(section, _cpix("ContentKeyUsageRule"), {"kid": str(rule.kid), "intendedTrackType": rule.track_type})
    for identifier in rule.period_ids:
        ET.SubElement(element, _cpix("KeyPeriodFilter"), {"periodId": identifier})
    for found in rule.filters:
        ET.SubElement(element, _cpix(found.element), {limit: str(value) for limit, value in found.limits.items()})


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
