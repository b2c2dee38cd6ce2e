"""CPIX documents: what is built passes the schema, what is read is judged, and what is hostile is refused."""

import base64
import re
import uuid
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.content_keys import LABELS, Content
from marquee.domain.cpix import speke
from marquee.domain.cpix.model import CpixError, Document, DrmSystem
from marquee.domain.cpix.reading import MAX_BYTES, parse
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.drm import PROTECTS, SYSTEM_IDS, Protection, Scheme, System

FILM = Content("a-film", "00112233445566aa")
ALL = Protection()


@cache
def schema() -> Any:
    return xmlschema.XMLSchema(str(Path(__file__).with_name("speke_cpix.xsd")))


def secrets_of(document: Document) -> dict[uuid.UUID, bytes]:
    return {key.kid: uuid.uuid5(key.kid, "secret").bytes for key in document.keys}


@st.composite
def requests(draw: st.DrawFn) -> Document:
    scheme: Scheme = draw(st.sampled_from(["cenc", "cbcs"]))
    systems: list[System] = draw(
        st.lists(st.sampled_from([name for name in PROTECTS if scheme in PROTECTS[name]]), min_size=1, unique=True)
    )
    labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, unique=True))
    periods = draw(st.lists(st.integers(0, 10**9), max_size=3, unique=True))
    title = draw(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", fullmatch=True))
    asked = speke.request(
        Content(title, "live" if periods else "0123456789abcdef"), labels, Protection(scheme=scheme, systems=tuple(systems)), periods
    )
    ivs = draw(st.lists(st.none() | st.binary(min_size=16, max_size=16), min_size=len(asked.keys), max_size=len(asked.keys)))
    smooth = draw(st.booleans())
    return replace(
        asked,
        keys=tuple(replace(key, iv=iv) for key, iv in zip(asked.keys, ivs, strict=True)),
        systems=tuple(replace(system, data={**system.data, **({"smooth": b""} if smooth else {})}) for system in asked.systems),
    )


@pytest.mark.slow
@settings(max_examples=40)  # each is validated twice
@given(requests())
def test_every_request_and_response_passes_the_schema_and_is_read_as_it_was(asked: Document) -> None:
    answered = speke.answer(asked, secrets_of(asked))
    for document in (asked, answered):
        written = build(document)
        schema().validate(written.decode())
        assert parse(written) == document


@settings(max_examples=30)
@given(requests())
def test_a_response_keeps_all_that_was_asked_and_leaves_nothing_of_it_empty(asked: Document) -> None:
    speke.require_servable(asked, tuple(SYSTEM_IDS))
    answered = speke.answer(asked, secrets_of(asked))
    assert (answered.content_id, answered.rules, answered.periods) == (asked.content_id, asked.rules, asked.periods)
    assert [(key.kid, key.iv, key.scheme) for key in answered.keys] == [(key.kid, key.iv, key.scheme) for key in asked.keys]
    assert {key.kid: key.secret for key in answered.keys} == secrets_of(asked)
    for before, after in zip(asked.systems, answered.systems, strict=True):
        ours = {"smooth"} if str(after.system_id) != SYSTEM_IDS["playready"] else set()
        assert set(after.data) == set(before.data) - ours  # Smooth Streaming is PlayReady's alone
        assert all(after.data.values())


def test_fairplay_has_neither_pssh_nor_dash_data() -> None:
    asked = speke.request(FILM, ["SD"], Protection(systems=("fairplay",)))
    wished = tuple(replace(system, data={**system.data, "pssh": b"", "content_protection": b""}) for system in asked.systems)
    (system,) = speke.answer(replace(asked, systems=wished), secrets_of(asked)).systems
    assert set(system.data) == {"hls_media", "hls_master"}


def test_an_encryptor_gets_a_key_of_its_own_for_each_label() -> None:
    asked = speke.request(FILM, LABELS, ALL)
    keys = speke.keys_by_label(asked, parse(build(speke.answer(asked, secrets_of(asked)))))
    assert set(keys) == set(LABELS)
    assert len({key.key for key in keys.values()}) == len({key.key_id for key in keys.values()}) == 4
    assert keys["SD"].key == secrets_of(asked)[uuid.UUID(keys["SD"].key_id)].hex()


@pytest.mark.parametrize("change", ["content", "label", "secret"])
def test_an_encryptor_takes_no_response_to_something_else(change: str) -> None:
    asked = speke.request(FILM, ["AUDIO", "SD"], ALL)
    answered = speke.answer(asked, secrets_of(asked))
    wrong = {
        "content": replace(answered, content_id="other_00112233445566aa"),
        "label": replace(answered, rules=(answered.rules[0], replace(answered.rules[1], track_type="HD"))),
        "secret": replace(answered, keys=tuple(replace(key, secret=None) for key in answered.keys)),
    }[change]
    with pytest.raises(CpixError):
        speke.keys_by_label(asked, wrong)


def test_keys_of_periods_are_others_and_the_same_again_for_the_same_period() -> None:
    live = Content("channel", "live")
    first, again = (speke.request(live, ["SD", "HD"], ALL, periods=(7, 8)) for _ in range(2))
    assert first == again
    assert [period.index for period in first.periods] == [7, 8]
    assert len({key.kid for key in first.keys}) == 4
    assert {key.kid for key in first.keys} & {key.kid for key in speke.request(live, ["SD", "HD"], ALL, periods=(8, 9)).keys} == {
        rule.kid for rule in first.rules if rule.period_ids == (first.periods[1].id,)
    }


def changed(old: str, new: str, count: int = 1) -> bytes:
    text = build(speke.request(FILM, ["AUDIO", "SD"], ALL)).decode()
    assert old in text
    return text.replace(old, new, count).encode()


KID = str(speke.request(FILM, ["AUDIO", "SD"], ALL).keys[0].kid)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (changed(' contentId="a-film_00112233445566aa"', ""), "Missing CPIX@contentId"),
        (changed(' version="2.3"', ""), "Missing CPIX@version"),
        (changed(' version="2.3"', ' version="2.0"'), "Unsupported CPIX@version"),
        (changed(' commonEncryptionScheme="cbcs"', ""), f"Missing ContentKey@commonEncryptionScheme for KID {KID}"),
        (changed('commonEncryptionScheme="cbcs"', 'commonEncryptionScheme="cenc"'), "Non compliant ContentKey@commonEncryptionScheme"),
        (changed(f'kid="{KID}" commonE', "commonE"), "Missing ContentKey@kid"),
        (changed(f'kid="{KID}"', f'kid="{{{KID}}}"'), "ContentKey@kid is no UUID"),
        (changed(' intendedTrackType="SD"', ""), "Missing ContentKeyUsageRule@intendedTrackType"),
        (changed('intendedTrackType="SD"', 'intendedTrackType="AUDIO"'), "Two rules have one"),
        (changed("<cpix:PSSH />", "<cpix:PSSH>?</cpix:PSSH>"), "PSSH is no Base64"),
        (changed("commonEnc", 'explicitIV="AAAA" commonEnc'), "ContentKey@explicitIV has 3 bytes instead of 16"),
        (changed('maxPixels="589824"', 'maxPixels="many"'), "VideoFilter@maxPixels is no number"),
        (changed("<cpix:ContentKeyList>", "<cpix:DeliveryDataList /><cpix:ContentKeyList>"), "DeliveryDataList"),
        (changed("cpix:CPIX", "cpix:Other", 2), "no CPIX"),
        (changed("<cpix:AudioFilter />", '<cpix:KeyPeriodFilter periodId="p"/><cpix:AudioFilter />'), "period that is not listed"),
    ],
)
def test_what_speke_refuses_is_refused_with_its_reason(document: bytes, reason: str) -> None:
    with pytest.raises(CpixError, match=re.escape(reason)):
        parse(document)


def test_keys_without_rules_or_systems_are_refused() -> None:
    asked = speke.request(FILM, ["AUDIO", "SD"], ALL)
    stranger = DrmSystem(kid=uuid.uuid4(), system_id=uuid.UUID(SYSTEM_IDS["widevine"]), data={})
    for wrong in (
        replace(asked, rules=asked.rules[:1]),
        replace(asked, keys=asked.keys[:1]),
        replace(asked, keys=(asked.keys[0], asked.keys[0])),
        replace(asked, systems=()),
        replace(asked, systems=(*asked.systems, stranger)),
    ):
        with pytest.raises(CpixError):
            parse(build(wrong))


ENTITY = '<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y "&x;&x;&x;">]><cpix:CPIX xmlns:cpix="urn:dashif:org:cpix" contentId="&y;"/>'
OUTSIDE = '<!DOCTYPE a SYSTEM "file:///etc/passwd"><cpix:CPIX xmlns:cpix="urn:dashif:org:cpix"/>'
PARAMETER = '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:1/"> %x;]><a/>'


@pytest.mark.parametrize("text", [ENTITY, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_document_type_is_read_in_any_encoding(text: str, encoding: str) -> None:
    with pytest.raises(CpixError, match="document type declaration"):
        parse(text.encode(encoding))


def test_size_and_depth_are_bounded() -> None:
    with pytest.raises(CpixError, match=f"more than {MAX_BYTES} bytes"):
        parse(b"<a>" + b" " * MAX_BYTES + b"</a>")
    deep = MAX_BYTES // 8
    with pytest.raises(CpixError, match="no CPIX"):
        parse(b"<a>" * deep + b"</a>" * deep)
    key = build(speke.request(FILM, ["SD"], ALL)).decode()
    many = "".join(f'<cpix:ContentKey kid="{uuid.UUID(int=n)}" commonEncryptionScheme="cbcs"/>' for n in range(65))
    with pytest.raises(CpixError, match="65 content keys; 1 to 64"):
        parse(re.sub("<cpix:ContentKey kid.*?/>", many, key).encode())


@settings(max_examples=50)
@given(st.data())
def test_damaged_documents_are_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    written = bytearray(build(speke.request(FILM, ["AUDIO", "SD"], Protection(systems=("widevine",)))))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(written) - 1))
        written[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=4))
    with suppress(CpixError):
        assert parse(bytes(written)).content_id


def test_no_key_is_in_a_representation_or_a_reason() -> None:
    asked = speke.request(FILM, ["SD"], ALL)
    answered = speke.answer(asked, secrets_of(asked))
    secret = answered.keys[0].secret
    assert secret
    shown = repr(answered)
    with pytest.raises(CpixError) as refused:
        parse(build(answered).replace(base64.b64encode(secret), base64.b64encode(secret[:15])))
    for text in (shown, str(refused.value)):
        assert secret.hex() not in text
        assert base64.b64encode(secret).decode()[:18] not in text
        assert repr(secret) not in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"track_type": "VIDEO"}, "Unsupported ContentKeyUsageRule@intendedTrackType VIDEO"),
        ({"system": uuid.UUID("81376844-f976-481e-a84e-cc25d39b0b33")}, "Unsupported DRMSystem@systemId 81376844"),
        ({"scheme": "cenc"}, "Unsupported ContentKey@commonEncryptionScheme cenc"),
    ],
)
def test_what_this_provider_does_not_serve_is_named(change: dict[str, Any], reason: str) -> None:
    asked = speke.request(FILM, ["SD"], Protection(systems=("fairplay",)))
    wished = replace(
        asked,
        keys=tuple(replace(key, scheme=change.get("scheme", key.scheme)) for key in asked.keys),
        rules=tuple(replace(rule, track_type=change.get("track_type", rule.track_type)) for rule in asked.rules),
        systems=tuple(replace(system, system_id=change.get("system", system.system_id)) for system in asked.systems),
    )
    with pytest.raises(CpixError, match=reason):
        speke.require_servable(parse(build(wished)), tuple(SYSTEM_IDS))
    with pytest.raises(CpixError, match="Unsupported DRMSystem@systemId"):
        speke.require_servable(asked, ("widevine",))
