"""The analysis of a title, by real encodes and real VMAF on a picture as small as the ladder takes."""

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.per_title import MOST_PROBES, MOST_SECONDS
from marquee.domain.ladder.plan import Plan, for_source
from runtime.encode import analyse as analysis
from runtime.encode.analyse import Request, analyse
from runtime.encode.analyse_windows import choose_windows
from runtime.encode.source import SOURCE
from runtime.encode.tools import BadMediaError, InfrastructureError, program
from tests.media_files import ffmpeg, master_facts

SECONDS = 10
WIDTH, HEIGHT = 416, 234

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A still for six seconds, then noise for four."""
    path = tmp_path_factory.mktemp("analyse") / "film.mp4"
    still = f"color=c=teal:size={WIDTH}x{HEIGHT}:rate=25:duration=6"
    busy = f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25:duration=4,noise=alls=30:allf=t"
    joined = ("-filter_complex", "[0][1]concat", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20")
    ffmpeg("-f", "lavfi", "-i", still, "-f", "lavfi", "-i", busy, *joined, path)
    return path


def reading(path: Path) -> Any:
    def read(arguments: Sequence[str]) -> list[str]:
        return [str(path) if word == SOURCE else word for word in arguments]

    return read


def plan() -> Plan:
    return for_source(default_ladder(), WIDTH, HEIGHT, Fraction(25))


def test_it_is_bounded_and_says_what_it_cost(film: Path, tmp_path: Path) -> None:
    found = analyse(reading(film), plan(), Fraction(SECONDS), tmp_path)
    assert 0 < len(found.points) <= MOST_PROBES
    assert sum(window.seconds for window in found.windows) <= MOST_SECONDS
    assert found.cost.clip_seconds <= MOST_SECONDS + 0.1
    assert found.cost.probes == len(found.points)
    assert found.cost.cpu_seconds > 0
    assert found.encode_cpu_seconds > 0
    by_rate = sorted(found.points, key=lambda point: point.kbps)
    assert [point.vmaf for point in by_rate] == sorted(point.vmaf for point in by_rate)
    assert by_rate[-1].kbps > 1.5 * by_rate[0].kbps
    for_source(plan().ladder, WIDTH, HEIGHT, Fraction(25), chosen=found.choice.rungs)
    assert json.loads(json.dumps(found.to_json()))["rungs"] == list(found.choice.rungs)


def test_it_looks_at_the_hardest_and_at_the_usual_part(film: Path, tmp_path: Path) -> None:
    usual, hardest = choose_windows(reading(film), Fraction(SECONDS), tmp_path)
    assert usual.start + usual.seconds <= 6
    assert hardest.start >= 5
    assert usual.seconds + hardest.seconds == MOST_SECONDS


def test_a_title_shorter_than_the_bound_is_one_window(tmp_path: Path) -> None:
    (whole,) = choose_windows(reading(tmp_path / "never-read"), Fraction(3), tmp_path)
    assert (whole.start, whole.seconds) == (0, 3)


def test_the_score_is_of_the_picture(film: Path, tmp_path: Path) -> None:
    for name, quality in (("good.mp4", "15"), ("bad.mp4", "48"), ("reference.mkv", "0")):
        ffmpeg("-ss", "7", "-t", "1", "-i", film, "-c:v", "libx264", "-preset", "ultrafast", "-qp", quality, tmp_path / name)
    same = analysis.vmaf("reference.mkv", "reference.mkv", tmp_path)
    good, bad = (analysis.vmaf(name, "reference.mkv", tmp_path) for name in ("good.mp4", "bad.mp4"))
    assert same > 95
    assert same >= good > bad + 5


def test_what_cannot_be_decoded_gets_no_rungs_of_its_own(tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 1000)
    with pytest.raises(BadMediaError):
        analyse(reading(broken), plan(), Fraction(SECONDS), tmp_path)
    assert Path(program("ffmpeg")).exists()


def test_a_request_that_is_none_is_the_workflows_fault() -> None:
    media = master_facts(width=640, height=360, durationMs=9000)
    held = {"bucket": "masters", "key": "film/v/master.mp4", "versionId": "1"}
    good = {"titleId": "film", "titleVersion": "0" * 16, "held": held, "media": media, "work": "work"}
    request = Request.from_json(json.dumps(good))
    assert (request.duration, request.source.fps, request.key) == (9, 25, f"batch/film/{'0' * 16}/rungs.json")
    for name in good:
        with pytest.raises(InfrastructureError, match="the request is none"):
            Request.from_json(json.dumps({key: value for key, value in good.items() if key != name}))
