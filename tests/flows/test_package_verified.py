"""What the emulated MediaConvert makes of a whole job is what the publishing function verifies: captions, 5.1, NTSC, several segments."""

import threading
import uuid
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.packager import ContentKey
from marquee.domain.ladder.plan import Source
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator.media import encode
from marquee.emulator.media.encode import Bench
from marquee.emulator.media.pool import Pool
from marquee.emulator.media.probe import probe
from marquee.emulator.media.settings import read
from runtime.publish.check import check
from runtime.publish.plan import mediaconvert_request
from tests.media_files import ffmpeg, picture

pytestmark = pytest.mark.slow

JOB = EncodeJob(
    title_id="film",
    version="0123456789abcdef",
    master=S3Object(bucket="masters", key="film/0123456789abcdef/master.mkv"),
    bucket="renditions",
    prefix="titles/film/0123456789abcdef/",
    source=Source(width=320, height=180, fps=Fraction(30000, 1001), channels=6),
    duration=Fraction(3),
    segment_seconds=Fraction(2),
    gop_seconds=Fraction(1),
    protection=Protection(),
    speke_url="https://keys.example.com/speke",
    captions=(Caption(track=CaptionTrack(kind="webvtt", language="pt-BR"), source=S3Object(bucket="masters", key="captions-pt-BR.vtt")),),
    language="pt-BR",
)


class Local:
    """The package, as the verifier sees it in S3."""

    def __init__(self, folder: Path):
        self._folder = folder
        self.sizes: Mapping[str, int] = {file.name: file.stat().st_size for file in folder.iterdir()}

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        content = (self._folder / name).read_bytes()
        return content[first:] if length is None else content[first : first + length]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("job")
    master, captions = folder / "master.mkv", folder / "captions.vtt"
    ffmpeg(*picture("30000/1001"), "-f", "lavfi", "-i", "sine=duration=3", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
           "-ac", "6", "-c:a", "aac", master)  # fmt: skip
    captions.write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nolá\n\n00:02.200 --> 00:02.900\nmundo\n")
    group = read(mediaconvert_request(JOB)["Settings"])
    pool, cancelled = Pool(), threading.Event()
    bench = Bench(
        pool=pool,
        folder=folder,
        master=master,
        probed=probe(pool, master, cancelled),
        captions={text.name: captions for text in group.texts},
        progress=lambda _name, _percent: None,
        cancelled=cancelled,
    )
    encode.encode(bench, group)
    encode.package(bench, group, {label: ContentKey(uuid.uuid5(JOB_SPACE, label).hex, "ab" * 16) for label in encode.labels(group)})
    return bench.package


JOB_SPACE = uuid.NAMESPACE_OID


def test_nothing_is_found_wrong_with_it(package: Path) -> None:
    problems, playback = check(JOB, Local(package))
    assert problems == []
    assert playback is not None
    assert playback["keys"] == {label: str(uuid.uuid5(JOB_SPACE, label)) for label in ("SD", "AUDIO")}
    assert [each["name"] for each in playback["renditions"]] == [rung.name for rung in JOB.plan().rungs]
    assert playback["segments"] == 2
    assert {(each["codecs"], each["channels"]) for each in playback["audio"]} == {("mp4a.40.2", 2), ("ec-3", 6)}
    assert playback["captions"] == [{"language": "pt-BR", "label": "pt-BR"}]


def test_what_is_damaged_is_found(package: Path) -> None:
    class Damaged(Local):
        def __init__(self, folder: Path, lost: str):
            super().__init__(folder)
            self.sizes = {name: size for name, size in self.sizes.items() if name != lost}

    [rung] = JOB.plan().rungs
    for lost in (f"index-{rung.name}_000000002.cmfv", "index-eac3-pt-BR-384kinit.cmfa", "index-webvtt-pt-BR_000000001.cmft"):
        problems, playback = check(JOB, Damaged(package, lost))
        assert playback is None
        assert any(lost in problem for problem in problems), lost
