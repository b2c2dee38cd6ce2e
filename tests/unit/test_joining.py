"""A title encoded in chunks is the title encoded at once: as many pictures, each in its place, and no gap where chunks meet."""

import re
import subprocess
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from marquee.domain.ladder import ffmpeg
from marquee.domain.ladder.chunks import Chunk, cut
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.plan import Plan, Rung, for_source
from marquee.domain.ladder.segmenting import Segmenting
from runtime.encode import joining
from runtime.encode.checkpoints import Checkpoint, Output
from runtime.encode.tools import InfrastructureError, pictures, run
from tests import media_files

pytestmark = pytest.mark.slow

RATE, SECONDS = Fraction(60000, 1001), Fraction(33, 10)
CHOSEN = ("avc-234p-300k", "hevc-540p-1400k", "av1-360p-450k")


def planned() -> Plan:
    """A rung of each codec; AVC and AV1 have half the source's rate, HEVC all of it."""
    ladder = replace(default_ladder(), segmenting=Segmenting(seconds=Fraction(2), gop_seconds=Fraction(1)))
    plan = for_source(ladder, 960, 192, RATE, 0, chosen=CHOSEN)
    assert [rung.name for rung in plan.rungs] == ["avc-234p-300k", "hevc-540p-1400k", "av1-360p-450k"]
    return plan


@pytest.fixture(scope="module")
def encoded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Path, Path]:
    """The plan, and folders of the rungs encoded in chunks and joined, and at once."""
    plan, folder = planned(), tmp_path_factory.mktemp("joining")
    source = f"testsrc2=size=960x192:rate={RATE.numerator}/{RATE.denominator}:duration={float(SECONDS)}"
    media_files.ffmpeg("-f", "lavfi", "-i", source, *media_files.AVC, folder / "master.mp4")
    whole, parts = (folder / name for name in ("whole", "parts"))
    for place in (whole, parts):
        place.mkdir()
    everything = [Chunk(index=0, start=Fraction(0), frames=sum(chunk.frames for chunk in cut(plan, SECONDS)))]
    for place, chunks in ((whole, everything), (parts, cut(plan, SECONDS, Fraction(1)))):
        made = {chunk.index: encode(plan, chunk, folder / "master.mp4", place) for chunk in chunks}
        assert joining.length(plan, chunks, made) == Fraction(198) / RATE
        for rung in plan.rungs:
            joining.join(rung, chunks, made, place)
        assert sorted(path.name for path in place.iterdir()) == sorted(f"{rung.name}.mp4" for rung in plan.rungs)
    return plan, parts, whole


def encode(plan: Plan, chunk: Chunk, master: Path, place: Path) -> Checkpoint:
    wanted = {f"{chunk.name}-{rung.name}.mp4": ffmpeg.of_rung(plan, rung) for rung in plan.rungs}
    run("ffmpeg", ffmpeg.pieces(wanted, str(master), fps=plan.source.fps, start=chunk.start, frames=chunk.frames), place)
    outputs = tuple(
        Output(name=name.removeprefix(f"{chunk.name}-"), bytes=1, sha256="", pictures=pictures(place / name)) for name in wanted
    )
    return Checkpoint(fingerprint="", outputs=outputs, job="", attempt=1, started=0, finished=0)


def packets(path: Path) -> list[dict[str, Any]]:
    asked = ["-v", "error", "-show_entries", "packet=pts,duration,flags", "-of", "compact=p=0", path.name]
    lines = run("ffprobe", asked, path.parent).splitlines()
    return [dict(field.split("=", 1) for field in line.split("|")) for line in lines if line]


@pytest.mark.parametrize("index", range(3), ids=CHOSEN)
def test_pictures_follow_each_other_without_a_gap(encoded: tuple[Plan, Path, Path], index: int) -> None:
    plan, parts, whole = encoded
    rung = plan.rungs[index]
    joined, once = (packets(place / f"{rung.name}.mp4") for place in (parts, whole))
    assert len(joined) == len(once) == 198 * rung.fps / RATE
    times = sorted(int(packet["pts"]) for packet in joined)
    assert len({after - before for before, after in pairwise(times)}) == 1
    keys = [place for place, packet in enumerate(joined) if packet["flags"].startswith("K")]
    assert keys == list(range(0, len(joined), rung.gop))


@pytest.mark.parametrize("index", range(3), ids=CHOSEN)
def test_each_picture_is_in_its_place(encoded: tuple[Plan, Path, Path], index: int) -> None:
    plan, parts, whole = encoded
    rung = plan.rungs[index]
    alike = psnr(rung, parts, whole)
    assert len(alike) == 198 * rung.fps / RATE
    assert min(alike) > 25
    late = psnr(rung, parts, whole, shift=1)
    assert sum(late) / len(late) < sum(alike) / len(alike) - 3, "the measure would not see a picture that is one too late"


def psnr(rung: Rung, one: Path, other: Path, shift: int = 0) -> list[float]:
    """Of each picture, in dB; 100 for the same."""
    graph = f"[0:v]setpts=N[a];[1:v]trim=start_frame={shift},setpts=N[b];[a][b]psnr=stats_file=-:shortest=1"
    name = f"{rung.name}.mp4"
    command = [media_files.program(), "-v", "error", "-i", one / name, "-i", other / name, "-lavfi", graph, "-f", "null", "-"]
    text = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    return [100.0 if value == "inf" else float(value) for value in re.findall(r"psnr_avg:(\S+)", text)]


def test_parts_of_two_kinds_are_not_joined(encoded: tuple[Plan, Path, Path], tmp_path: Path) -> None:
    plan, parts, _ = encoded
    rung, other = plan.rungs[0], plan.rungs[1]
    chunks = (*cut(plan, Fraction(4))[:1], Chunk(index=1, start=Fraction(2), frames=4))
    counts = (pictures(parts / f"{rung.name}.mp4"), pictures(parts / f"{other.name}.mp4"))
    for chunk, source in zip(chunks, (rung, other), strict=True):
        (tmp_path / f"{chunk.name}-{rung.name}.mp4").write_bytes((parts / f"{source.name}.mp4").read_bytes())
    made = {
        chunk.index: Checkpoint(
            fingerprint="",
            outputs=(Output(name=f"{rung.name}.mp4", bytes=1, sha256="", pictures=count),),
            job="",
            attempt=1,
            started=0,
            finished=0,
        )
        for chunk, count in zip(chunks, counts, strict=True)
    }
    with pytest.raises(InfrastructureError, match="2 kinds"):
        joining.join(rung, chunks, made, tmp_path)
