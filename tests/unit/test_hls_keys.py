"""Playlists get a key that a browser without a vendor's DRM can fetch, and nothing else of them changes."""

import base64
import uuid

from marquee.emulator.edge.playlists import with_identity_keys

LICENCE = "http://api.marquee.localhost:1/licence/hls/"
KID, OTHER = uuid.UUID(int=0xB164D181), uuid.UUID(int=2)


def widevine(kid: uuid.UUID, method: str = "SAMPLE-AES") -> str:
    return f'#EXT-X-KEY:METHOD={method},URI="data:text/plain;base64,AA==",KEYID=0x{kid.hex.upper()},KEYFORMAT="urn:uuid:edef8ba9"'


def fairplay(kid: uuid.UUID) -> str:
    return f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://{base64.b64encode(kid.bytes).decode()}",KEYFORMAT="com.apple.streamingkeydelivery"'


def identity(kid: uuid.UUID, method: str = "SAMPLE-AES") -> str:
    return f'#EXT-X-KEY:METHOD={method},URI="{LICENCE}{kid.hex}",KEYFORMAT="identity",KEYFORMATVERSIONS="1"'


def added(*lines: str) -> list[str]:
    return with_identity_keys("\n".join(["#EXTM3U", *lines]) + "\n", LICENCE).splitlines()[1:]


def test_each_key_gets_one_line_whatever_systems_it_has() -> None:
    assert added(widevine(KID), fairplay(KID), "#EXTINF:2,", "a.cmfv") == [
        widevine(KID),
        identity(KID),
        fairplay(KID),
        "#EXTINF:2,",
        "a.cmfv",
    ]
    assert added(fairplay(KID)) == [fairplay(KID), identity(KID)]


def test_a_later_key_gets_its_own_and_a_key_that_returns_gets_it_again() -> None:
    lines = added(widevine(KID), "#EXTINF:2,", "a", widevine(OTHER), "#EXTINF:2,", "b", widevine(KID), "#EXTINF:2,", "c")
    assert [line for line in lines if "identity" in line] == [identity(KID), identity(OTHER), identity(KID)]


def test_the_method_is_kept() -> None:
    assert identity(KID, "SAMPLE-AES-CTR") in added(widevine(KID, "SAMPLE-AES-CTR"))


def test_what_names_no_key_stays_as_it_is() -> None:
    plain = [
        "#EXT-X-KEY:METHOD=NONE",
        '#EXT-X-KEY:METHOD=AES-128,URI="k"',
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://AA=="',
        "#EXTINF:2,",
        "a",
    ]
    assert added(*plain) == plain
