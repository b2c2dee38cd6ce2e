"""The engine's preview beside the same program under the SDK's own mocks: seconds, peak memory, and the ratio.

    python -m benchmarks.engine_preview --stack prod      the project's own program (prod if no stack is given)
    python -m benchmarks.engine_preview --synthetic       one of some 600 resources that stays the same

Each measurement is a process of its own that first imports all the program will import, then runs it once; the median of
three counts, and the two kinds take turns, so that a busy machine slows both alike.
"""

import argparse
import asyncio
import importlib
import json
import os
import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks._synthetic_program import write_project

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Print the figures; exit with 1 if the engine takes more than twice the time of the mocks, or more than 800 MB."""
    options = _options()
    if options.measure:
        _measure(options.measure, Path(options.project), options.stack, json.load(sys.stdin))
        return
    with tempfile.TemporaryDirectory() as folder:
        if options.synthetic:
            write_project(Path(folder))
            passed = _compare(Path(folder), "dev", options.rounds)
        else:
            passed = _compare(Path(options.project), options.stack, options.rounds)
    sys.exit(0 if passed else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", default="prod", help="stack of the project (default prod)")
    parser.add_argument("--synthetic", action="store_true", help="measure a synthetic program instead")
    parser.add_argument("--project", default=str(ROOT), help="folder of another project")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each kind (default 3)")
    parser.add_argument("--measure", choices=("engine", "mocks", "modules"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _compare(project: Path, stack: str, rounds: int) -> bool:
    modules = _run("modules", project, stack, [])["modules"]
    results: dict[str, list[Any]] = {"engine": [], "mocks": []}
    for _ in range(rounds):
        for kind, found in results.items():
            found.append(_run(kind, project, stack, modules))
    seconds = {kind: statistics.median(result["seconds"] for result in found) for kind, found in results.items()}
    memory = {kind: max(result["peak_mb"] for result in found) for kind, found in results.items()}
    for kind in results:
        print(f"{kind:8}{seconds[kind]:7.2f} s {memory[kind]:7.0f} MB peak {results[kind][0]['resources']:6} resources")
    ratio = seconds["engine"] / seconds["mocks"]
    print(f"ratio   {ratio:7.2f}     (at most 2; memory at most 800 MB; median of {rounds}, imports excluded)")
    return ratio <= 2 and memory["engine"] <= 800


def _run(kind: str, project: Path, stack: str, modules: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.engine_preview", "--measure", kind, "--project", str(project), "--stack", stack],
        cwd=ROOT,
        input=json.dumps(modules),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{kind} failed:\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _measure(kind: str, project: Path, stack: str, modules: list[str]) -> None:
    """Print one measurement as JSON."""
    if kind == "modules":
        _engine(project, stack)
        print(json.dumps({"modules": [name for name in sys.modules if _comes_back(name)]}))
        return
    sys.path.insert(0, str(project))
    for name in modules:
        _ = getattr(importlib.import_module(name), "loaded", None)  # looking at any attribute loads a lazy module
    started = time.perf_counter()
    resources = (_engine if kind == "engine" else _mocks)(project, stack)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "peak_mb": _peak_mb(), "resources": resources}))


def _peak_mb() -> float:
    """Most memory that this process ever held. Linux counts what the parent held before `exec` into ru_maxrss; /proc does not."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _comes_back(name: str) -> bool:
    """True for a module that another process can import by its name before the program does.

    The provider's SDK lists its packages as modules that load when first used: those that were not used do not count.
    """
    module = sys.modules[name]
    return type(module) is ModuleType and module.__spec__ is not None and name not in ("__main__", "__mp_main__")


def _engine(project: Path, stack: str) -> int:
    from marquee.engine import run  # noqa: PLC0415 not for the mocks' memory
    from marquee.engine.standin import StandIn  # noqa: PLC0415

    return len(run(project, stack=stack, backend=StandIn(), preview=True))


def _mocks(project: Path, stack: str) -> int:
    """As the SDK's documentation says to test a program, with functions answered as the engine's stand-in answers them."""
    import pulumi  # noqa: PLC0415
    from pulumi.runtime import mocks, set_all_config  # noqa: PLC0415
    from pulumi.runtime.stack import run_pulumi_func  # noqa: PLC0415

    from marquee.engine.project import load_project  # noqa: PLC0415
    from marquee.engine.standin import StandIn  # noqa: PLC0415

    count = 0

    class Mocks(mocks.Mocks):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
            nonlocal count
            count += 1
            return f"{args.name}-id", args.inputs

        def call(self, args: mocks.MockCallArgs) -> Any:
            return dict(StandIn().invoke(args.token, args.args, {}))

    loaded = load_project(project, stack)
    os.chdir(project)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    set_all_config(dict(loaded.config), sorted(loaded.secret_keys))
    pulumi.runtime.set_mocks(Mocks(), project=loaded.name, stack=stack, preview=True)
    program = str(loaded.program)

    def execute() -> None:
        runpy.run_path(program, run_name="__main__")

    loop.run_until_complete(run_pulumi_func(execute))
    return count


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
