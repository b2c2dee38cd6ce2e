"""How fast the emulated MediaConvert encodes a ladder, beside plain ffmpeg with the same arguments. Fails below 0.9 of its speed.

Both encode every rung and every sound of the default ladder for one generated master, as many processes at a time as there are cores.
`plain` starts ffmpeg and nothing else; `worker` is the way through the emulator: the job's settings read, the pool, the guarded input,
progress. Packaging is timed apart. Both run at the pool's low priority, so that a busy machine slows both; the processor time beside
it does not depend on what else runs.

Usage: python -m benchmarks.ladder_encode
"""

import os
import resource
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.ffmpeg import audio_arguments, thumbnail_arguments, video_arguments
from marquee.domain.ladder.mediaconvert import Job, job_settings
from marquee.domain.ladder.plan import Plan, for_source
from marquee.emulator.media import encode, tools
from marquee.emulator.media.encode import Bench
from marquee.emulator.media.pool import NICE, Pool
from marquee.emulator.media.probe import probe
from marquee.emulator.media.settings import read
from marquee.emulator.media.work import Group

WIDTH, HEIGHT, SECONDS, ROUNDS = 960, 540, 2, 3
LEAST = 0.9


def main() -> int:
    """Print seconds and the ratio; exit code 1 if it is below `LEAST`."""
    plan = for_source(replace(default_ladder(), protection=None, captions=()), WIDTH, HEIGHT, Fraction(25))
    with tempfile.TemporaryDirectory() as folder:
        master = Path(folder) / "master.mp4"
        _make(master)
        times: dict[str, list[tuple[float, float]]] = {"plain": [], "worker": [], "package": []}
        for number in range(ROUNDS):
            place = Path(folder) / str(number)
            place.mkdir()
            times["plain"].append(_timed(lambda place=place: plain(plan, master, place)))
            bench, group = worker(plan, master, place)
            times["worker"].append(_timed(lambda bench=bench, group=group: encode.encode(bench, group)))
            times["package"].append(_timed(lambda bench=bench, group=group: encode.package(bench, group, {})))
    wall, cpu = ({name: statistics.median(value[of] for value in values) for name, values in times.items()} for of in (0, 1))
    ratio = wall["plain"] / wall["worker"]
    print(f"{len(plan.rungs)} rungs and {len(plan.audio)} sounds of {SECONDS} s, {Pool().size} processes, median of {ROUNDS} rounds")
    for name, took in wall.items():
        print(f"{name:8}{took:7.2f} s, {cpu[name]:7.2f} s of processor time")
    print(f"speed {ratio:.2f} of plain ffmpeg's, {cpu['plain'] / cpu['worker']:.2f} by processor time; at least {LEAST} is wanted")
    return 0 if ratio >= LEAST else 1


def plain(plan: Plan, master: Path, folder: Path) -> None:
    """One ffmpeg an output, with the plan's own arguments."""
    out = folder / "plain"
    out.mkdir()
    commands = [video_arguments(plan, rung, str(master), str(out / f"{rung.name}.mp4")) for rung in plan.rungs]
    commands += [audio_arguments(track, str(master), str(out / f"{track.name}.mp4")) for track in plan.audio]
    commands.append(thumbnail_arguments(plan, str(master), str(out / "sheet-%05d.jpg")))
    with ThreadPoolExecutor(Pool().size) as at_once:
        list(at_once.map(_run, commands))


def worker(plan: Plan, master: Path, folder: Path) -> tuple[Bench, Group]:
    """What the emulated service encodes with, and what it is asked for."""
    pool, cancelled = Pool(), threading.Event()
    group = read(job_settings(plan, Job(master="s3://masters/film/master.mp4", destination="s3://renditions/titles/film/v1/index")))
    seen: dict[str, float] = {}
    bench = Bench(
        pool=pool,
        folder=folder,
        master=master,
        probed=probe(pool, master, cancelled),
        captions={},
        progress=lambda name, percent: seen.update({name: percent}),
        cancelled=cancelled,
    )
    return bench, group


def _make(master: Path) -> None:
    picture = f"testsrc2=size={WIDTH}x{HEIGHT}:rate=25:duration={SECONDS},noise=alls=12:allf=t"
    sound = f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"
    made = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-c:v", "libx264", "-preset", "veryfast", "-crf", "12"]
    subprocess.run([tools.ffmpeg(), "-v", "error", *made, "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", str(master)], check=True)


def _run(arguments: list[str]) -> None:
    with subprocess.Popen([tools.ffmpeg(), *arguments], stderr=subprocess.DEVNULL) as process:  # SVT-AV1 tells much
        os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
    if process.returncode:
        raise SystemExit(f"plain ffmpeg failed: {arguments[-1]}")


def _timed(act: Callable[[], None]) -> tuple[float, float]:
    """Seconds that pass, and those of processor time that its processes take."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    act()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - begun, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


if __name__ == "__main__":
    raise SystemExit(main())
