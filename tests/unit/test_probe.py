"""The probe's verdict on real files, sound and broken. Nothing here proves that the media themselves decode."""

import io
import struct
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.media import EXPLAINED, Reason, Verdict
from runtime.ingest import mediainfo
from runtime.ingest.judge import READ_BUDGET, Rules, judge
from tests.media_files import box, boxes, make, position, with_data_elsewhere

RULES = Rules(max_bytes=1024**4, max_ms=12 * 3600 * 1000, segment_seconds=Fraction(2), gop_seconds=Fraction(1))
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return make(tmp_path_factory.mktemp("media"))


def verdict(content: bytes, key: str = "masters/film/film.mp4", rules: Rules = RULES) -> Verdict:
    return judge(key, len(content), lambda first, last: content[first : last + 1], rules)


def reason(content: bytes) -> Reason | None:
    return verdict(content)["reason"]


SOUND = {
    # name: container, video codec, frames a second, audio codec
    "moov_first.mp4": ("MPEG-4", "AVC", "25/1", "AAC"),
    "moov_last.mp4": ("MPEG-4", "AVC", "25/1", "AAC"),
    "fragmented.mp4": ("MPEG-4", "AVC", None, "AAC"),
    "quicktime.mov": ("MPEG-4", "AVC", "25/1", "AAC"),
    "matroska.mkv": ("Matroska", "AVC", "25/1", "AAC"),
    "old.avi": ("AVI", "MPEG-4 Visual", "25/1", "MPEG Audio"),
    "stream.ts": ("MPEG-TS", "AVC", "25/1", "AAC"),
}
PACKET = 188  # bytes of a transport stream's packet


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_file_is_taken_with_its_facts(name: str, files: dict[str, bytes]) -> None:
    container, video, rate, audio = SOUND[name]
    found = verdict(files[name])
    assert (found["accepted"], found["reason"]) == (True, None), found
    assert found["media"] is not None
    media = found["media"]
    assert media["container"] == container
    assert abs(media["durationMs"] - 3000) <= 100
    assert [(track["codec"], track["width"], track["height"]) for track in media["video"]] == [(video, 320, 180)]
    assert media["video"][0]["frameRate"] == rate
    assert media["closedCaptions"] == []
    assert [(track["codec"], track["sampleRate"]) for track in media["audio"]] == [(audio, 48000)]
    assert media["segments"] == 2
    assert (media["encodeRate"], media["gopFrames"]) == ("25", 25)
    assert media["leftOut"] == []


def test_fractional_frame_rates_stay_exact(files: dict[str, bytes]) -> None:
    media = verdict(files["ntsc.mp4"])["media"]
    assert media is not None
    assert media["video"][0]["frameRate"] == "30000/1001"
    assert media["gopFrames"] == 30


def test_a_silent_film_is_a_film(files: dict[str, bytes]) -> None:
    media = verdict(files["silent.mp4"])["media"]
    assert media is not None
    assert media["audio"] == []


@pytest.mark.parametrize("percent", [5, 50, 95])
@pytest.mark.parametrize("name", SOUND)
def test_a_file_cut_off_anywhere_is_truncated(name: str, percent: int, files: dict[str, bytes]) -> None:
    end = len(files[name]) * percent // 100
    assert reason(files[name][: end - (end % PACKET == 0)]) == "truncated"


def test_a_transport_stream_cut_between_packets_is_a_shorter_one(files: dict[str, bytes]) -> None:
    """Nothing in it says how long it was to be."""
    content = files["stream.ts"]
    media = verdict(content[: len(content) // 2 // PACKET * PACKET])["media"]
    assert media is not None
    assert 1000 < media["durationMs"] < 2000


@pytest.mark.parametrize("name", [name for name in SOUND if not name.endswith(".avi")])
def test_one_byte_less_is_truncated(name: str, files: dict[str, bytes]) -> None:
    assert reason(files[name][:-1]) == "truncated"


def test_a_header_without_media_is_truncated(files: dict[str, bytes]) -> None:
    content = files["moov_first.mp4"]
    assert reason(content[: position(content, b"mdat")]) == "truncated"


def test_media_of_open_length_are_compared_with_the_sample_table(files: dict[str, bytes]) -> None:
    """A size of 0 means up to the end, so the box itself cannot tell that something is missing."""
    content = bytearray(files["moov_first.mp4"])
    start = position(bytes(content), b"mdat")
    content[start : start + 4] = struct.pack(">I", 0)
    assert reason(bytes(content)) is None
    assert reason(bytes(content[:-100])) == "truncated"


def test_a_fragment_without_its_media_is_truncated(files: dict[str, bytes]) -> None:
    content = files["fragmented.mp4"]
    assert reason(content[: position(content, b"mdat", last=True)]) == "truncated"
    assert reason(content[: position(content, b"moof")]) == "truncated"


def test_zeros_behind_a_file_do_no_harm(files: dict[str, bytes]) -> None:
    assert reason(files["moov_first.mp4"] + bytes(5000)) is None


def test_what_is_no_film_is_refused(files: dict[str, bytes]) -> None:
    assert reason(b"") == "empty"
    assert reason(b"just text\n" * 500) == "not_media"
    assert reason(files["still.jpg"]) == "not_media"
    assert reason(files["sound.mp3"]) == "not_media"
    assert reason(files["sound_only.mp4"]) == "no_video"
    assert reason(b"\0") == "not_media"


@pytest.mark.parametrize("key", ["masters/film.mp4", "masters//film.mp4", "masters/Film/a.mp4", "masters/film/", "masters/a/b/c.mp4"])
def test_a_key_that_names_no_title_is_refused(key: str, files: dict[str, bytes]) -> None:
    assert verdict(files["moov_first.mp4"], key)["reason"] == "bad_key"


def test_an_odd_file_name_is_no_obstacle(files: dict[str, bytes]) -> None:
    assert verdict(files["moov_first.mp4"], "masters/film/Ünïcode & (1) #?%20+.mp4")["accepted"]


def test_a_file_beyond_the_limit_is_refused_without_a_read() -> None:
    def fetch(first: int, last: int) -> bytes:
        raise AssertionError("it was read")

    rules = Rules(max_bytes=1000, max_ms=10**6, segment_seconds=Fraction(2), gop_seconds=Fraction(1))
    assert judge("masters/film/film.mp4", 1001, fetch, rules)["reason"] == "too_large"


class TestNoOtherFileIsRead:
    """MediaInfo opens what a playlist names, so none must ever reach it."""

    @pytest.fixture
    def canary(self, tmp_path: Path, files: dict[str, bytes]) -> str:
        path = tmp_path / "secret.mp4"
        path.write_bytes(files["moov_first.mp4"])
        return str(path)

    @pytest.mark.parametrize(
        "text",
        [
            "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3.0,\n{path}\n#EXT-X-ENDLIST\n",
            "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\n{path}\n",
            "ffconcat version 1.0\nfile '{path}'\n",
            (
                '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="video/mp4">'
                '<Representation id="1" bandwidth="1"><BaseURL>{path}</BaseURL></Representation></AdaptationSet></Period></MPD>'
            ),
            '<?xml version="1.0"?><smil><body><switch><video src="{path}" systemBitrate="1"/></switch></body></smil>',
        ],
    )
    def test_playlists_are_no_media(self, text: str, canary: str) -> None:
        assert reason(text.format(path=canary).encode()) == "not_media"

    def test_a_data_reference_to_another_file(self, canary: str, files: dict[str, bytes]) -> None:
        assert reason(with_data_elsewhere(files["moov_last.mp4"], f"file://{canary}")) == "refers_elsewhere"

    def test_a_reference_movie(self) -> None:
        assert reason(box(b"ftyp", b"qt  \0\0\0\0") + box(b"moov", box(b"rmra", box(b"rmda")))) == "refers_elsewhere"


def test_a_contradictory_box_is_unreadable(files: dict[str, bytes]) -> None:
    content = bytearray(files["moov_first.mp4"])
    start = position(bytes(content), b"moov")
    content[start + 8 : start + 12] = struct.pack(">I", 3)  # mvhd, smaller than its own header
    assert reason(bytes(content)) == "unreadable"


def test_a_file_on_which_the_parser_hangs_is_refused(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """2.8 thousand million entries of a table, said in four bytes: libmediainfo goes through them all."""
    monkeypatch.setattr(mediainfo, "_SECONDS", 0.5)
    content = bytearray(files["moov_first.mp4"])
    content[content.index(b"sbgp") + 12] = 0xA9
    found = verdict(bytes(content))
    assert (found["reason"], found["detail"]) == ("unreadable", "the parser fails on it: it does not come to an end")


def test_a_parser_that_cannot_be_loaded_is_not_the_files_fault(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mediainfo.MediaInfo, "can_parse", lambda: False)
    with pytest.raises(RuntimeError, match="built for another system"):
        verdict(files["moov_first.mp4"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_content_makes_the_probe_fail(data: st.DataObject, files: dict[str, bytes]) -> None:
    """An exception would be taken for a fault of AWS: the file would neither be ingested nor refused."""
    content = bytearray(files[data.draw(st.sampled_from(sorted(SOUND)), label="file")])
    for _ in range(data.draw(st.integers(1, 8), label="changes")):
        where = data.draw(st.integers(0, min(len(content), 8000) - 1), label="at")
        content[where] = data.draw(st.integers(0, 255), label="byte")
    found = verdict(bytes(content))
    assert found["accepted"] == (found["media"] is not None)
    assert found["accepted"] or found["reason"] in EXPLAINED


def sparse(path: Path, content: bytes, mebibytes: int) -> Path:
    """`content`, whose last box is moov, with `mebibytes` of nothing in its mdat box."""
    start, size = next((start, size) for start, size, kind in boxes(content) if kind == b"mdat")
    hole = mebibytes * MIB
    with path.open("wb") as file:
        # The box before has to give up 8 bytes for the longer header, or every sample would move.
        free = next(start for start, _, kind in boxes(content) if kind == b"free")
        assert start - free == 8
        file.write(content[:free] + struct.pack(">I4sQ", 1, b"mdat", size + 8 + hole) + content[start + 8 : start + size])
        file.seek(hole, io.SEEK_CUR)
        file.write(content[start + size :])
    return path


@pytest.mark.parametrize("cut", [0, 1])
def test_of_a_large_file_little_is_read(cut: int, tmp_path: Path, files: dict[str, bytes]) -> None:
    path = sparse(tmp_path / "large.mp4", files["moov_last.mp4"], 900)
    size = path.stat().st_size - cut
    read = 0
    with path.open("rb") as file:

        def fetch(first: int, last: int) -> bytes:
            nonlocal read
            file.seek(first)
            part = file.read(last + 1 - first)
            read += len(part)
            return part

        found = judge("masters/film/film.mp4", size, fetch, RULES)
    assert found["reason"] == ("truncated" if cut else None)
    assert size > 900 * MIB
    assert 0 < read < 3 * MIB


def test_a_file_that_wants_too_much_read_is_refused() -> None:
    """A moov box that goes on and on, with a child every 120 KB."""
    child = box(b"free", bytes(120_000 - 8))
    count = READ_BUDGET // len(child) + 100
    head = box(b"ftyp", b"isom\0\0\0\0") + struct.pack(">I4s", 8 + count * len(child), b"moov")
    size = len(head) + count * len(child)

    def fetch(first: int, last: int) -> bytes:
        padded = head if first == 0 else b""
        begin = max(first - len(head), 0)
        need = last + 1 - first - len(padded[: last + 1])
        skipped = begin % len(child)
        repeated = child * (need // len(child) + 2)
        return padded[: last + 1] + repeated[skipped : skipped + need]

    assert judge("masters/film/film.mp4", size, fetch, RULES)["reason"] == "unreadable"
