"""The pool of heavy processes."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from marquee.emulator.media.pool import CancelledError, Pool, Task, ToolError

pytestmark = pytest.mark.slow


def task(folder: Path, code: str, **rest: object) -> Task:
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        code,
        *(["-progress"] if "report" in rest else []),
        *(["{fd}"] if "opened" in rest else []),
    ]
    return Task(command=command, folder=folder, **{"cancelled": threading.Event(), **rest})  # pyright: ignore[reportArgumentType]


def test_no_more_run_at_once_than_the_pool_is_large(tmp_path: Path) -> None:
    pool = Pool(2)
    code = "import time; begun = time.time(); time.sleep(0.1); print(begun, time.time())"
    spans = [tuple(map(float, future.result().split())) for future in [pool.start(task(tmp_path, code)) for _ in range(4)]]
    assert max(sum(begun <= moment < end for begun, end in spans) for moment, _ in spans) == 2
    assert Pool().size == os.cpu_count()


def test_a_process_runs_below_the_rest_and_knows_nothing_of_the_emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://127.0.0.1:1")
    code = "import os, time; time.sleep(0.1); print(os.nice(0), os.environ.get('AWS_ENDPOINT_URL'))"
    assert Pool(1).run(task(tmp_path, code)).split() == [str(max(5, os.nice(0))), "None"]


def test_a_process_reads_the_file_that_it_was_handed(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.write_text("content")
    assert Pool(1).run(task(tmp_path, "import os, sys; print(os.read(int(sys.argv[1]), 99).decode())", opened=given)) == "content\n"


def test_progress_is_reported_in_seconds(tmp_path: Path) -> None:
    seen: list[float] = []
    Pool(1).run(task(tmp_path, "print('frame=1\\nout_time_us=1500000\\nout_time_us=N/A\\nout_time_us=3000000')", report=seen.append))
    assert seen == [1.5, 3.0]


def test_what_a_process_says_of_its_failure_is_kept_and_its_command_is_not(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="it is broken") as caught:
        Pool(1).run(task(tmp_path, "import sys; secret = 'abc'; sys.exit('it is broken')"))
    assert "secret" not in str(caught.value)


def test_what_is_called_off_ends_at_once_and_does_not_begin(tmp_path: Path) -> None:
    pool, cancelled = Pool(1), threading.Event()
    running, waiting = (pool.start(task(tmp_path, "import time; time.sleep(60)", cancelled=cancelled)) for _ in range(2))
    begun = time.monotonic()
    cancelled.set()
    for future in (running, waiting):
        with pytest.raises(CancelledError):
            future.result(timeout=10)
    assert time.monotonic() - begun < 10
