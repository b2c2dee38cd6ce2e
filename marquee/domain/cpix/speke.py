"""The exchange itself: what an encryptor asks for a title version, what a provider answers, and which key is whose.

The encryptor chooses the key ids (a provider may override them; this one does not) and may choose IVs; the provider gives keys and DRM
data. Source: SPEKE API specification, "SPEKE API v2 - Overriding the key identifier" and "Encryption contract".
"""

import dataclasses
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Final, cast

from marquee.domain.content_keys import LABELS, Content, key_id
from marquee.domain.cpix.drm_data import data_of
from marquee.domain.cpix.model import CpixError, Datum, Document, DrmSystem, Filter, Key, Period, UsageRule
from marquee.domain.ladder.drm import PROTECTS, SYSTEM_IDS, KeyLabel, Protection, System
from marquee.domain.ladder.packager import ContentKey

SYSTEMS: Final[dict[uuid.UUID, System]] = {uuid.UUID(identifier): system for system, identifier in SYSTEM_IDS.items()}

_ASKED: Final[dict[System, tuple[Datum, ...]]] = {
    "widevine": ("pssh", "content_protection", "hls_media", "hls_master"),
    "playready": ("pssh", "content_protection", "hls_media", "hls_master"),
    "fairplay": ("hls_media", "hls_master"),  # in HLS alone, by a URI instead of a PSSH
}
_FILTERS: Final[dict[KeyLabel, Filter]] = {
    "AUDIO": Filter(element="AudioFilter"),
    "SD": Filter(element="VideoFilter", limits={"maxPixels": 1024 * 576}),
    "HD": Filter(element="VideoFilter", limits={"minPixels": 1024 * 576 + 1, "maxPixels": 1920 * 1080}),
    "UHD": Filter(element="VideoFilter", limits={"minPixels": 1920 * 1080 + 1}),
}
"""Source: AWS Elemental MediaPackage user guide, "SPEKE Version 2.0 presets": PRESET-VIDEO-3, PRESET-AUDIO-1."""


def request(content: Content, labels: Sequence[KeyLabel], protection: Protection, periods: Sequence[int] = ()) -> Document:
    """The request of an encryptor that uses this project's key ids; `periods` are indexes, for live keys that rotate."""
    wanted: list[tuple[KeyLabel, int | None]] = [(label, period) for period in (periods or (None,)) for label in labels]
    kids = {each: key_id(content, *each) for each in wanted}
    names = {index: f"keyPeriod_{uuid.uuid5(uuid.NAMESPACE_OID, f'{content.id}/{index}')}" for index in periods}
    return Document(
        content_id=content.id,
        keys=tuple(Key(kid=kid, scheme=protection.scheme) for kid in kids.values()),
        systems=tuple(
            DrmSystem(kid=kid, system_id=uuid.UUID(SYSTEM_IDS[system]), data=dict.fromkeys(_ASKED[system], b""))
            for system in protection.systems
            for kid in kids.values()
        ),
        periods=tuple(Period(id=name, index=index) for index, name in names.items()),
        rules=tuple(
            UsageRule(kid=kid, track_type=label, filters=(_FILTERS[label],), period_ids=() if period is None else (names[period],))
            for (label, period), kid in kids.items()
        ),
    )


def labels_of(document: Document) -> dict[uuid.UUID, KeyLabel]:
    """Key id → its label. Raises CpixError for a contract other than the presets that this project uses."""
    for rule in document.rules:
        if rule.track_type not in LABELS:
            raise CpixError(
                f"Unsupported ContentKeyUsageRule@intendedTrackType {rule.track_type[:40]}: use PRESET-VIDEO-3 and PRESET-AUDIO-1 "
                f"({', '.join(LABELS)})"
            )
    return {rule.kid: cast("KeyLabel", rule.track_type) for rule in document.rules}


def require_servable(asked: Document, systems: Collection[System]) -> None:
    """Raises CpixError unless `asked` wants labels, a scheme and DRM systems that go together, and `systems` are all it wants."""
    labels_of(asked)
    scheme = asked.keys[0].scheme
    for system in asked.systems:
        name = SYSTEMS.get(system.system_id)
        if name is None or name not in systems:
            raise CpixError(f"Unsupported DRMSystem@systemId {system.system_id}")
        if scheme not in PROTECTS[name]:
            raise CpixError(f"Unsupported ContentKey@commonEncryptionScheme {scheme}")


def answer(asked: Document, secrets: Mapping[uuid.UUID, bytes]) -> Document:
    """The response to what `require_servable` lets pass: `asked` with the keys (16 bytes each, by key id) and the DRM data.

    A datum that a system does not have is left out, such as FairPlay's PSSH.
    """
    keys = tuple(dataclasses.replace(key, secret=secrets[key.kid]) for key in asked.keys)
    by_kid = {key.kid: key for key in keys}
    systems = tuple(dataclasses.replace(system, data=_filled(system, by_kid[system.kid])) for system in asked.systems)
    return dataclasses.replace(asked, keys=keys, systems=systems)


def _filled(system: DrmSystem, key: Key) -> dict[Datum, bytes]:
    made: dict[Datum, bytes | None] = {datum: data_of(SYSTEMS[system.system_id], datum, key) for datum in system.data}
    return {datum: value for datum, value in made.items() if value is not None}


def keys_by_label(asked: Document, answered: Document) -> dict[KeyLabel, ContentKey]:
    """What the packager needs of a provider's response. Raises CpixError if a key is missing, or if the response is for something else.

    A provider may have replaced the key ids, so that the rules of the response decide; content without periods only.
    """
    if answered.content_id != asked.content_id or set(labels_of(answered).values()) != set(labels_of(asked).values()):
        raise CpixError("The response is not for the keys that were asked for")
    if len(answered.rules) != len(set(labels_of(answered).values())):
        raise CpixError("The response has several keys for one kind of track")
    secrets = {key.kid: key.secret for key in answered.keys}
    found: dict[KeyLabel, ContentKey] = {}
    for kid, label in labels_of(answered).items():
        secret = secrets[kid]
        if secret is None:
            raise CpixError(f"The response has no key for KID {kid}")
        found[label] = ContentKey(key_id=kid.hex, key=secret.hex())
    return found
