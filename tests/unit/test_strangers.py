"""What the probe says of masters that cameras, browsers, editors and old disks make."""

import subprocess
import threading
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from marquee.domain.media import MediaFacts, Verdict
from marquee.emulator.media import probe
from marquee.emulator.media.pool import Pool
from runtime.ingest.judge import Rules, judge
from tests.media_files import AAC, ffmpeg, program

RULES = Rules(max_bytes=1024**4, max_ms=12 * 3600 * 1000, segment_seconds=Fraction(2), gop_seconds=Fraction(1))
COPY = ("-c", "copy")
SECONDS = 2
FRAME_MS = 40


def verdict(content: bytes) -> Verdict:
    return judge("masters/film/film.mp4", len(content), lambda first, last: content[first : last + 1], RULES)


def facts(content: bytes) -> MediaFacts:
    found = verdict(content)
    assert found["media"] is not None, found
    return found["media"]


Make = Callable[..., bytes]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("strangers") / "film.mp4"
    made(path, "25")
    return path


def made(path: Path, rate: str) -> None:
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=128x72:rate={rate}:duration={SECONDS}")
    sound = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}")
    ffmpeg(*picture, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-threads", "1", *AAC, path)


@pytest.fixture
def copy(film: Path, tmp_path: Path) -> Make:
    def make(name: str, *options: str | Path) -> bytes:
        ffmpeg("-i", film, *options, *COPY, tmp_path / name)
        return (tmp_path / name).read_bytes()

    return make


@pytest.mark.parametrize("junk", [b"abc", b"\0" * 999, b"the end of a download, and more of it", b"\xff" * 500, b"\0\0\0\5junk junk"])
@pytest.mark.parametrize("name", ["last.mp4", "first.mp4", "fragments.mp4", "film.mov", "film.mkv", "film.avi"])
def test_bytes_behind_the_end_do_no_harm(name: str, junk: bytes, film: Path, copy: Make) -> None:
    moving = {"first.mp4": ("-movflags", "+faststart"), "fragments.mp4": ("-movflags", "+frag_keyframe+empty_moov")}
    content = copy(name, *moving.get(name, ()))
    assert facts(content + junk) == facts(content)


@pytest.mark.parametrize("percent", [30, 60, 90, 99])
@pytest.mark.parametrize("name", ["last.mp4", "first.mp4", "fragments.mp4", "film.mkv", "film.avi", "film.ts"])
def test_what_was_cut_off_is_truncated_whatever_follows_it(name: str, percent: int, copy: Make) -> None:
    moving = {"first.mp4": ("-movflags", "+faststart"), "fragments.mp4": ("-movflags", "+frag_keyframe+empty_moov")}
    content = copy(name, *moving.get(name, ()))
    end = len(content) * percent // 100
    assert verdict(content[: end + (end % 188 == 0)])["reason"] == "truncated"


def test_what_a_browser_records_says_nothing_of_its_end_and_is_whole(film: Path, tmp_path: Path) -> None:
    """Written without going back: no size, no duration, no index. Cut off within a block it is truncated."""
    command = [program(), "-v", "error", "-i", str(film), "-c", "copy", "-f", "matroska", "-live", "1", "-"]
    content = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    media = facts(content)
    assert abs(media["durationMs"] - SECONDS * 1000) <= 2 * FRAME_MS
    assert verdict(content[: len(content) - 20])["reason"] == "truncated"
    (tmp_path / "master").write_bytes(content)
    probed = probe.probe(Pool(1), tmp_path / "master", threading.Event())
    assert float(probed.duration) == pytest.approx(SECONDS, abs=2 * FRAME_MS / 1000)


@pytest.mark.parametrize("name", ["film.mkv", "film.ts", "film.mp4"])
def test_a_clock_that_begins_late_makes_no_title_longer(name: str, copy: Make) -> None:
    media = facts(copy(name, "-output_ts_offset", "10"))
    assert abs(media["durationMs"] - SECONDS * 1000) <= FRAME_MS


@pytest.mark.parametrize("rate", ["24000/1001", "15", "30000/1001", "50", "120"])
@pytest.mark.parametrize("ending", ["mkv", "ts", "m2ts", "avi"])
def test_the_rate_is_measured_where_none_is_stated(ending: str, rate: str, tmp_path: Path) -> None:
    made(tmp_path / f"film.{ending}", rate)
    media, exact = facts((tmp_path / f"film.{ending}").read_bytes()), Fraction(rate)
    assert media["video"][0]["frameRate"] == f"{exact.numerator}/{exact.denominator}"
    assert Fraction(media["encodeRate"]) == exact


@pytest.mark.parametrize("ending", ["mkv", "ts"])
def test_a_variable_rate_is_none_and_loses_no_motion(ending: str, tmp_path: Path) -> None:
    target = tmp_path / f"film.{ending}"
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=128x72:rate=30:duration={SECONDS}")
    ffmpeg(*picture, "-vf", "select='lt(n,30)+not(mod(n,3))'", "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "ultrafast", target)
    media = facts(target.read_bytes())
    assert (media["video"][0]["frameRate"], media["encodeRate"]) == (None, "30")


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv"])
def test_a_turned_picture_is_as_high_as_it_was_wide(name: str, film: Path, tmp_path: Path) -> None:
    ffmpeg("-display_rotation", "90", "-i", film, *COPY, tmp_path / name)
    picture = facts((tmp_path / name).read_bytes())["video"][0]
    assert (picture["width"], picture["height"]) == (72, 128)


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts"])
def test_a_sound_and_a_picture_that_end_apart_say_when(name: str, film: Path, tmp_path: Path) -> None:
    ffmpeg("-i", film, "-itsoffset", "1.5", "-i", film, "-map", "0:v", "-map", "1:a", *COPY, tmp_path / name)
    media = facts((tmp_path / name).read_bytes())
    ends = [media["video"][0]["endsMs"], media["audio"][0]["endsMs"], media["durationMs"]]
    assert [abs((end or 0) - wanted) <= 2 * FRAME_MS for end, wanted in zip(ends, (2000, 3500, 3500), strict=True)] == [True] * 3, ends


def test_what_a_title_will_not_have_is_listed(film: Path, tmp_path: Path) -> None:
    lines, target = tmp_path / "lines.srt", tmp_path / "film.mkv"
    lines.write_text("1\n00:00:00,500 --> 00:00:01,500\nHello\n")
    maps = [word for part in ("0:v", "0:a", "0:a", "0:v", "1", "1", "1") for word in ("-map", part)]
    codecs = ("-c", "copy", "-c:s:0", "srt", "-c:s:1", "ass", "-c:s:2", "webvtt")
    names = ("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng", "-metadata:s:s:0", "language=fre")
    ffmpeg("-i", film, "-i", lines, *maps, *codecs, *names, target)
    media = facts(target.read_bytes())
    assert media["audio"][0]["language"] == "de"
    assert [(each["kind"], each["codec"], each["language"]) for each in media["leftOut"]][:4] == [
        ("video", "AVC", None), ("audio", "AAC", "en"), ("text", "UTF-8", "fr"), ("text", "ASS", None),
    ]  # fmt: skip
    assert len(media["leftOut"]) == 5
    moved = tmp_path / "film.mp4"
    ffmpeg("-i", film, "-i", lines, "-map", "0", "-map", "1", "-c", "copy", "-c:s", "mov_text", "-metadata:s:s:0", "language=eng", moved)
    assert [(each["kind"], each["language"]) for each in facts(moved.read_bytes())["leftOut"]] == [("text", "en")]


def test_subtitles_that_are_pictures_are_listed_as_such(film: Path, tmp_path: Path) -> None:
    lines, target = tmp_path / "film.sup", tmp_path / "film.mkv"
    lines.write_bytes(_presentation())
    ffmpeg("-i", film, "-i", lines, "-map", "0", "-map", "1", *COPY, target)
    assert [(each["kind"], each["codec"]) for each in facts(target.read_bytes())["leftOut"]] == [("images", "PGS")]


def _presentation() -> bytes:
    """A PGS stream of one empty composition, and the end of its display set."""
    shown = (128).to_bytes(2) + (72).to_bytes(2) + b"\x10\0\0\x80\0\0\0"
    segments = ((0x16, shown), (0x17, b"\1\0\0\0\0\0\x80\0\x48"), (0x80, b""))
    return b"".join(b"PG" + (9000).to_bytes(4) + bytes(4) + bytes([kind]) + len(body).to_bytes(2) + body for kind, body in segments)


def test_an_encrypted_master_is_refused_as_that(film: Path, tmp_path: Path) -> None:
    key = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "0" * 31 + "1", "-encryption_kid", "0" * 31 + "2")
    ffmpeg("-i", film, *COPY, *key, tmp_path / "film.mp4")
    assert verdict((tmp_path / "film.mp4").read_bytes())["reason"] == "encrypted"
