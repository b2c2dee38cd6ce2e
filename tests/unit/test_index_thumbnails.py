"""The list of thumbnails that MediaConvert leaves to the verifier: sheets of a static title, single pictures beside transport streams."""

import importlib
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest

from marquee.domain.ladder.job import EncodeJob, S3Object
from marquee.domain.ladder.plan import Source

STATIC = EncodeJob(
    title_id="film",
    version="0123456789abcdef",
    master=S3Object(bucket="masters", key="film/v/master.mp4"),
    bucket="renditions",
    prefix="titles/film/0123456789abcdef/",
    source=Source(width=1920, height=1080, fps=Fraction(25)),
    duration=Fraction(30),
)
JIT = replace(STATIC, packaging="jit", prefix="clear/film/0123456789abcdef/")


@dataclass
class Files:
    """What is served, in memory."""

    sizes: dict[str, int]
    written: dict[str, str] = field(default_factory=dict[str, str])

    def write(self, name: str, content: str, kind: str) -> None:
        assert kind == "text/vtt"
        self.written[name] = content


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    return importlib.import_module("runtime.publish.verify").index_thumbnails


def captures(count: int) -> Files:
    return Files({f"index-thumbnail.{number:07d}.jpg": 1 for number in range(count)})


def test_a_picture_a_cue(index: Any) -> None:
    files = captures(3)
    index(JIT, files)
    cues = files.written["thumbnails.vtt"].split("\n\n")[1:]
    assert [cue.splitlines()[1] for cue in cues] == [f"index-thumbnail.000000{number}.jpg#xywh=0,0,160,90" for number in range(3)]
    assert cues[-1].startswith("00:00:20.000 --> 00:00:30.000")


def test_a_sheet_for_all_cues(index: Any) -> None:
    files = Files({"index_thumbnail_000000001.jpg": 1})
    index(STATIC, files)
    assert files.written["thumbnails.vtt"].count("index_thumbnail_000000001.jpg#xywh=") == 3


def test_a_picture_shorter_than_its_sound_leaves_out_the_last_cue(index: Any) -> None:
    """30.02 s of sound would be a fourth thumbnail, and the picture has none for it."""
    files = captures(3)
    index(replace(JIT, duration=Fraction(3002, 100)), files)
    assert files.written["thumbnails.vtt"].count(" --> ") == 3


def test_more_pictures_than_cues_are_left_alone(index: Any) -> None:
    files = captures(5)
    index(JIT, files)
    assert files.written["thumbnails.vtt"].count(" --> ") == 3


@pytest.mark.parametrize("files", [captures(0), captures(1), Files({"thumbnails.vtt": 1, "index-thumbnail.0000000.jpg": 1})])
def test_too_few_or_a_list_that_is_there_are_left_alone(index: Any, files: Files) -> None:
    index(JIT, files)
    assert files.written == {}
