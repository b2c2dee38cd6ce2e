"""What per-title rungs save at equal VMAF, beside the fixed ladder, on three kinds of content made here.

    python -m benchmarks.per_title [SECONDS]

Both ladders are really encoded and really scored: every AVC rung of at most 720 lines, the whole of each clip, every fifth picture.
"saved" is the mean of log-bitrate differences over the VMAF that both reach (a Bjontegaard delta, with straight lines between points):
positive means that the chosen rungs need fewer bits for the same score. HEVC and AV1 are not encoded here; their ceilings follow AVC's.
The analysis looks at 4 s at most, so that beside clips as short as these it costs much; beside a film it costs nothing.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import exp, log
from pathlib import Path
from typing import NamedTuple

from marquee.domain.ladder import ffmpeg
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.per_title import LARGEST
from marquee.domain.ladder.plan import Plan, for_source
from runtime.encode.analyse import analyse, vmaf
from runtime.encode.source import SOURCE
from runtime.encode.tools import run

WIDTH, HEIGHT, RATE = 1280, 720, 25
CONTENT = {
    # Flat fields with hard edges, every picture shown twice: drawn on twos.
    "animation": "life=size=160x90:mold=20:rate=12.5:ratio=0.12:death_color=#2255aa:life_color=#ffcc33:seed=7,"
    f"scale={WIDTH}:{HEIGHT}:flags=neighbor,fps={RATE}",
    # Shapes and edges that move, under film grain that changes with every picture.
    "grain": f"testsrc2=size={WIDTH}x{HEIGHT}:rate={RATE},noise=alls=7:allf=t",
    # Lines of fine marks that roll upwards, as credits and tickers do.
    "scrolling": f"cellauto=size=320x180:rate={RATE}:rule=110:scroll=1:seed=5,scale={WIDTH}:{HEIGHT}:flags=neighbor",
}


class Point(NamedTuple):
    """A rung as it came out."""

    kbps: float
    vmaf: float


def main(seconds: int) -> int:
    """1 if the chosen rungs cost more than the fixed ones at equal VMAF in the mean of the three."""
    print(f"{WIDTH}x{HEIGHT}, {seconds} s each, AVC up to {LARGEST} lines")
    print(f"{'content':<10} {'fixed':>16} {'chosen':>16} {'saved':>8}  {'analysis':>14} {'encode':>10}  chosen rungs")
    saved = [_content(name, graph, seconds) for name, graph in CONTENT.items()]
    mean = sum(saved) / len(saved)
    print(f"mean saved at equal VMAF: {mean:.0%}")
    return int(mean <= 0)


def _content(name: str, graph: str, seconds: int) -> float:
    plan = for_source(default_ladder(), WIDTH, HEIGHT, Fraction(RATE))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        source = ["-v", "error", "-f", "lavfi", "-i", graph, "-t", str(seconds), "-pix_fmt", "yuv420p"]
        run("ffmpeg", [*source, "-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "master.mkv"], folder)
        found = analyse(
            lambda words: [str(folder / "master.mkv") if word == SOURCE else word for word in words], plan, Fraction(seconds), folder
        )
        chosen = for_source(plan.ladder, WIDTH, HEIGHT, Fraction(RATE), chosen=found.choice.rungs)
        fixed_points, fixed_cpu = _cpu(lambda: _ladder(plan, folder, seconds))
        chosen_points, _ = _cpu(lambda: _ladder(chosen, folder, seconds))
    saved = -delta(fixed_points, chosen_points)
    rungs = " ".join(rung for rung in found.choice.rungs if rung.startswith("avc"))
    print(
        f"{name:<10} {_shown(fixed_points):>16} {_shown(chosen_points):>16} {saved:>8.0%}  "
        f"{found.cost.cpu_seconds:>5.1f} CPU s, {found.cost.probes} {fixed_cpu:>6.1f} CPU s  {rungs}",
        flush=True,
    )
    return saved


def _ladder(plan: Plan, folder: Path, seconds: int) -> list[Point]:
    """Every AVC rung within the bound, encoded and scored."""
    points: list[Point] = []
    for rung in plan.rungs:
        if rung.rendition.codec == "avc" and rung.rendition.height <= LARGEST:
            target = f"{rung.name}.mp4"
            run("ffmpeg", ffmpeg.video_arguments(plan, rung, "master.mkv", target), folder)
            points.append(Point((folder / target).stat().st_size * 8 / 1000 / seconds, vmaf(target, "master.mkv", folder)))
    return sorted(points)


def delta(reference: Sequence[Point], other: Sequence[Point]) -> float:
    """Mean relative difference of bitrate at equal VMAF, over the range that both curves cover; below 0 if `other` needs less."""
    low = max(min(point.vmaf for point in curve) for curve in (reference, other))
    high = min(max(point.vmaf for point in curve) for curve in (reference, other))
    if high <= low:
        return 0.0
    scores = [low + (high - low) * index / 50 for index in range(51)]
    return exp(sum(_cost(other, score) - _cost(reference, score) for score in scores) / len(scores)) - 1


def _cost(curve: Sequence[Point], score: float) -> float:
    """Logarithm of the bitrate at which the curve first reaches the score."""
    for before, after in pairwise(curve):
        if before.vmaf <= score <= after.vmaf and after.vmaf > before.vmaf:
            share = (score - before.vmaf) / (after.vmaf - before.vmaf)
            return log(before.kbps) + share * (log(after.kbps) - log(before.kbps))
    return log(min(point.kbps for point in curve if point.vmaf >= score - 1e-9))


def _shown(points: Sequence[Point]) -> str:
    return f"{sum(point.kbps for point in points):.0f} kbit/s, {max(point.vmaf for point in points):.0f}"


def _cpu(work: Callable[[], list[Point]]) -> tuple[list[Point], float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    began = time.monotonic()
    code = main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
    print(f"{time.monotonic() - began:.0f} s in all")
    sys.exit(code)
