"""What the commands say of renditions: a stream that plays without its key is found out, and a contact sheet shows the title."""

import io
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from marquee.cli._encoding import _latest  # pyright: ignore[reportPrivateUsage]
from marquee.cli._protection import Checked, check_streams, require_protected
from marquee.cli._renditions import Renditions, Stream
from marquee.cli._sheet import contact_sheet
from marquee.cli._titles import addresses, renditions_table
from marquee.domain.ladder import vmaf
from marquee.domain.ladder.drm import KeyLabel
from marquee.errors import MarqueeError
from tests.media_files import ffmpeg, program

KEY, OTHER, KID = "00112233445566778899aabbccddeeff", "ff" * 16, "0123456789abcdef0123456789abcdef"


class Files:
    """Stands for the renditions bucket: a stream's only segment is the whole file."""

    def __init__(self, folder: Path, label: KeyLabel | None, name: str):
        self._folder, self._stream = (
            folder,
            Stream(name=name, label=label, manifests=("HLS", "DASH"), init=name, segments=(name,), info=None),
        )

    def streams(self) -> list[Stream]:
        return [self._stream]

    def fetch(self, stream: Stream, segments: Sequence[str], path: Path) -> Path:
        path.write_bytes((self._folder / stream.init).read_bytes())
        return path

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def text(self, name: str) -> str:
        return self.read(name).decode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("streams")
    picture = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1", "-c:v", "libx264", "-preset", "ultrafast")
    ffmpeg(*picture, place / "clear.mp4")
    ffmpeg(*picture, "-encryption_scheme", "cenc-aes-ctr", "-encryption_key", KEY, "-encryption_kid", KID, place / "encrypted.mp4")
    return place


def checked(folder: Path, name: str, label: KeyLabel | None, keys: dict[KeyLabel, str]) -> str:
    (found,) = check_streams(cast("Renditions", Files(folder, label, name)), keys)
    return found.problem


@pytest.mark.slow
class TestProtection:
    def test_an_encrypted_stream_is_as_it_should_be_with_its_key_alone(self, folder: Path) -> None:
        assert checked(folder, "encrypted.mp4", "SD", {"SD": KEY}) == ""
        assert checked(folder, "encrypted.mp4", "SD", {"SD": OTHER}) == "it does not play with its key"
        assert checked(folder, "encrypted.mp4", "SD", {"HD": KEY}) == "there is no key for SD"

    def test_a_clear_stream_that_calls_itself_encrypted_is_found_out(self, folder: Path) -> None:
        assert checked(folder, "clear.mp4", "SD", {"SD": KEY}) == "its first segment plays without a key"

    def test_a_clear_stream_has_to_play(self, folder: Path) -> None:
        assert checked(folder, "clear.mp4", None, {}) == ""
        assert checked(folder, "encrypted.mp4", None, {}) == "it does not play, though it is clear"


def test_what_is_wrong_with_any_stream_is_told() -> None:
    good = Checked(name="a", label="SD", manifests=("HLS", "DASH"), problem="")
    require_protected([good], encrypted=True)
    for wrong, said in (
        ([good, Checked(name="b", label=None, manifests=("HLS",), problem="")], "b: it is clear"),
        ([good, Checked(name="b", label="SD", manifests=("HLS",), problem="it plays")], "b: it plays"),
        ([Checked(name="a", label="SD", manifests=("HLS",), problem="")], "nothing is listed by DASH"),
    ):
        with pytest.raises(MarqueeError, match=said):
            require_protected(wrong, encrypted=True)


@pytest.mark.slow
def test_a_contact_sheet_shows_thumbnails_or_else_pictures(folder: Path, tmp_path: Path) -> None:
    grid = tmp_path / "grid"
    grid.mkdir()
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x18:rate=1:duration=6", "-vf", "tile=3x2", "-frames:v", "1", grid / "sheet.jpg")
    cues = [f"00:00.000 --> 00:01.000\nsheet.jpg#xywh={32 * (n % 3)},{18 * (n // 3)},32,18" for n in range(6)]
    (grid / "thumbnails.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues))
    (grid / "few.vtt").write_text("WEBVTT\n\n" + cues[0])
    files = cast("Renditions", Files(grid, None, "sheet.jpg"))
    master = folder / "clear.mp4"
    shown = contact_sheet(files, "thumbnails.vtt", tmp_path / "a" / "sheet.png", master=master, seconds=1)
    assert size(shown) == (4 * 32 + 3 * 4 + 2 * 4, 2 * 18 + 1 * 4 + 2 * 4)
    frames = contact_sheet(files, "few.vtt", tmp_path / "frames.png", master=master, seconds=1)
    assert size(frames)[0] == 4 * 240 + 3 * 4 + 2 * 4


def size(path: Path) -> tuple[int, int]:
    found = subprocess.run([program(), "-hide_banner", "-i", path], capture_output=True, text=True, check=False).stderr
    width, height = next(
        word for word in found.replace(",", " ").split() if word.count("x") == 1 and word.replace("x", "").isdigit()
    ).split("x")
    return int(width), int(height)


def test_the_latest_encode_of_a_title_is_shown_rung_by_rung() -> None:
    def job(title: str, percent: float) -> dict[str, Any]:
        outputs = [{"output": "avc-360p-700k", "percent": percent}]
        return {"userMetadata": {"title": title}, "phase": "ENCODING", "status": "PROGRESSING", "percent": percent, "outputs": outputs}

    assert _latest([job("film", 100), job("other", 5), job("film", 40)], "film") is not None
    found = _latest([job("film", 100), job("film", 40), job("other", 5)], "film")
    assert found is not None
    assert (found.phase, found.percent, found.outputs) == ("encoding", 40, {"avc-360p-700k": 40})
    assert _latest([job("other", 5)], "film") is None


def test_manifests_have_the_address_that_viewers_use() -> None:
    static: Any = {"prefix": "titles/film/v/", "hls": "index.m3u8", "dash": "index.mpd"}
    assert addresses(static, "example.org") == {
        "HLS": "https://media.example.org/titles/film/v/index.m3u8",
        "DASH": "https://media.example.org/titles/film/v/index.mpd",
    }
    packaged: Any = {"prefix": "titles/film/v/", "hls": "_jit/eu-west-1/a/c/b/index.m3u8", "dash": "_jit/eu-west-1/a/c/b/index.mpd"}
    assert addresses(packaged, "example.org")["HLS"] == "https://media.example.org/titles/film/v/_jit/eu-west-1/a/c/b/index.m3u8"


def test_a_log_that_is_none_is_no_score() -> None:
    assert vmaf.score('{"pooled_metrics": {"vmaf": {"mean": 91.234}}}') == 91.23
    with pytest.raises(ValueError, match="no VMAF log"):
        vmaf.score("{}")


def rows(playback: dict[str, Any], width: int = 100) -> list[list[str]]:
    """The table of a title's streams as it is printed, without its frame."""
    on = Console(width=width, file=io.StringIO(), color_system=None)
    on.print(renditions_table(cast("Any", playback), {}))
    lines = cast("io.StringIO", on.file).getvalue().splitlines()
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if line.startswith("│")]


def test_sound_and_text_are_listed_beside_the_pictures() -> None:
    picture = {"name": "avc-360p-700k", "width": 640, "height": 360, "codecs": "avc1.4d401e", "key": "SD", "kbps": 498, "bytes": 373_409}
    sound = {"codecs": "mp4a.40.2", "channels": 2, "language": "en"}
    text = {"language": "de", "label": "de"}
    playback: dict[str, Any] = {
        "bytes": 1,
        "keys": {"SD": "…", "AUDIO": "…"},
        "renditions": [picture],
        "audio": [sound],
        "captions": [text],
    }
    assert rows(playback) == [
        ["avc-360p-700k", "640x360", "avc1.4d401e", "SD", "498", "373.4 kB"],
        ["audio, en", "2 channels", "mp4a.40.2", "AUDIO", "", ""],
        ["captions, de", "", "", "none, clear", "", ""],
    ]
    clear = rows({**playback, "keys": {}, "renditions": [{**picture, "key": None}]})
    assert [row[3] for row in clear] == ["none, clear"] * 3


def test_a_narrow_terminal_cuts_no_name() -> None:
    picture = {"name": "avc-360p-700k", "width": 640, "height": 360, "codecs": "avc1.4d401e", "key": "SD", "kbps": 498, "bytes": 373_409}
    found = rows({"bytes": 1, "keys": {}, "renditions": [picture], "audio": [], "captions": []}, width=50)
    assert "".join(row[0] for row in found) == "avc-360p-700k"
