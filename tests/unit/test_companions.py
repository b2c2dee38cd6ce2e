"""What may lie beside a master, and whether the master is what it says."""

import base64
import contextlib
import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.domain import companions
from marquee.domain.companions import LARGEST, SIDECAR, BadCompanionError, Sidecar, parse
from marquee.domain.media import Companion, MediaFacts
from runtime.ingest import beside
from runtime.ingest.beside import LARGEST_STREAMED, Found, LieError

DIGEST = hashlib.sha256(b"film").hexdigest()
MEDIA: MediaFacts = {
    "container": "MPEG-4", "durationMs": 90_000, "video": [], "audio": [], "closedCaptions": [], "leftOut": [],
    "encodeRate": "25", "gopFrames": 50, "segments": 15,
}  # fmt: skip


class Bucket:
    """A bucket in memory, with the current versions of its objects."""

    def __init__(self, objects: Mapping[str, bytes] | None = None, kept: Mapping[str, str] | None = None, content: bytes = b"film"):
        self._objects, self._kept, self._content = objects or {}, kept or {}, content
        self.streamed = 0

    def find(self, key: str) -> Found | None:
        if key not in self._objects:
            return None
        return Found({"key": key, "versionId": "v", "etag": "e"}, len(self._objects[key]))

    def read(self, companion: Companion) -> bytes:
        return self._objects[companion["key"]]

    def checksums(self) -> Mapping[str, str]:
        return self._kept

    def sha256(self) -> str:
        self.streamed += 1
        return hashlib.sha256(self._content).hexdigest()


def test_a_byte_order_mark_is_no_fault() -> None:
    """Editors on Windows write one."""
    assert parse(b'\xef\xbb\xbf{"title": "A Film"}').title == "A Film"


def said(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_everything_that_a_sidecar_may_say() -> None:
    crc = base64.b64encode(bytes(8)).decode()
    found = parse(
        said(
            title=" Ein Film ",
            titleId="film",
            language="de-AT",
            sha256=DIGEST.upper(),
            crc64nvme=crc,
            durationSeconds=90,
            captions={"en": "a.vtt"},
        )
    )
    assert found == Sidecar(
        title="Ein Film", title_id="film", language="de-AT", sha256=DIGEST, crc64nvme=crc, seconds=90.0, captions={"en": "a.vtt"}
    )
    assert parse(b"{}") == Sidecar()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"null", b'"x"', b'{"title": ', b"\xff\xfe{}", b"[" * 60_000, b'{"title": "a", "title": "b"}', b'{"a":' * 5000,
        said(titel="x"), said(title=""), said(title="x" * 201), said(title="a\nb"), said(title=7), said(titleId=["film"]),
        said(language="english language"), said(language="EN"), said(sha256="abc"), said(crc64nvme="AAAA"), said(crc64nvme="?"),
        said(durationSeconds="90"), said(durationSeconds=0), said(durationSeconds=True), b'{"durationSeconds": NaN}',
        b'{"durationSeconds": 1e400}', b'{"durationSeconds": ' + b"9" * 400 + b"}", said(captions=["a.vtt"]),
        said(captions={"en": "a.srt"}),
        said(captions={"en": "../a.vtt"}), said(captions={"en": "x" * 300 + ".vtt"}), said(captions={f"e{n}": "a.vtt" for n in range(60)}),
        b"{" + b" " * LARGEST[SIDECAR] + b"}",
    ],
)  # fmt: skip
def test_what_is_no_sidecar(content: bytes) -> None:
    with pytest.raises(BadCompanionError):
        parse(content)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
def test_any_bytes_are_a_sidecar_or_refused(content: bytes) -> None:
    with contextlib.suppress(BadCompanionError):
        assert isinstance(parse(content), Sidecar)


@pytest.mark.parametrize("content", [b"WEBVTT", b"\xef\xbb\xbfWEBVTT - x\n", b"WEBVTT\r\n\r\n", b"WEBVTT\tx\n\nNOTE\n"])
def test_webvtt(content: bytes) -> None:
    companions.check_webvtt(content)


@pytest.mark.parametrize("content", [b"", b"WEBVTTX\n", b"1\n00:00", b"webvtt\n", b"\xff", b"WEBVTT\n\n\0", b"<tt/>"])
def test_what_is_no_webvtt(content: bytes) -> None:
    with pytest.raises(BadCompanionError):
        companions.check_webvtt(content)


def test_a_bad_companion_is_known_by_its_place() -> None:
    bucket = Bucket({"masters/film/a.mp4.json": said(captions={"en": "a.vtt", "de": "a.vtt"}), "masters/film/a.vtt": b"no"})
    into = beside.nothing_declared()
    with pytest.raises(BadCompanionError, match=r"a\.vtt"):
        beside.declare("masters/film/a.mp4", bucket, into)
    assert [each["key"] for each in into["companions"]] == ["masters/film/a.mp4.json", "masters/film/a.vtt"]


def test_a_large_sidecar_is_not_read() -> None:
    class Unreadable(Bucket):
        def read(self, companion: Companion) -> bytes:
            raise AssertionError(companion)

    bucket = Unreadable({"masters/film/a.mp4.json": bytes(LARGEST[SIDECAR] + 1)})
    with pytest.raises(BadCompanionError, match="are allowed"):
        beside.declare("masters/film/a.mp4", bucket, beside.nothing_declared())


@pytest.mark.parametrize("seconds", [89.2, 90, 90.9])
def test_a_duration_that_is_close_enough(seconds: float) -> None:
    beside.check(Sidecar(seconds=seconds), MEDIA, 4, Bucket())


@pytest.mark.parametrize("seconds", [88.9, 91.1, 5400])
def test_a_duration_that_is_a_lie(seconds: float) -> None:
    with pytest.raises(LieError, match="it lasts 90 s"):
        beside.check(Sidecar(seconds=seconds), MEDIA, 4, Bucket())


class TestChecksums:
    """S3's own, where it keeps one of the whole file; else the file is read."""

    def test_s3_s_own_spares_the_reading(self) -> None:
        bucket = Bucket(kept={"sha256": base64.b64encode(bytes.fromhex(DIGEST)).decode()})
        beside.check(Sidecar(sha256=DIGEST), MEDIA, LARGEST_STREAMED + 1, bucket)
        assert not bucket.streamed

    def test_without_one_the_file_is_read(self) -> None:
        bucket = Bucket()
        beside.check(Sidecar(sha256=DIGEST), MEDIA, LARGEST_STREAMED, bucket)
        assert bucket.streamed == 1

    def test_no_promise_no_reading(self) -> None:
        bucket = Bucket()
        beside.check(Sidecar(), MEDIA, 4, bucket)
        assert not bucket.streamed

    @pytest.mark.parametrize("kept", [{}, {"sha256": base64.b64encode(hashlib.sha256(b"other").digest()).decode()}])
    def test_another_content_is_a_lie(self, kept: dict[str, str]) -> None:
        with pytest.raises(LieError, match="SHA-256"):
            beside.check(Sidecar(sha256=DIGEST), MEDIA, 4, Bucket(kept=kept, content=b"other"))

    def test_a_crc_is_s3_s_alone(self) -> None:
        beside.check(Sidecar(crc64nvme="AAAAAAAAAAA="), MEDIA, 4, Bucket(kept={"crc64nvme": "AAAAAAAAAAA="}))
        with pytest.raises(LieError, match="CRC"):
            beside.check(Sidecar(crc64nvme="AAAAAAAAAAA="), MEDIA, 4, Bucket(kept={"crc64nvme": "AQAAAAAAAAA="}))
        with pytest.raises(BadCompanionError, match="keeps no CRC"):
            beside.check(Sidecar(crc64nvme="AAAAAAAAAAA="), MEDIA, 4, Bucket())

    def test_what_is_too_large_to_read_says_what_to_do(self) -> None:
        with pytest.raises(BadCompanionError, match="declare the CRC"):
            beside.check(Sidecar(sha256=DIGEST), MEDIA, LARGEST_STREAMED + 1, Bucket())
