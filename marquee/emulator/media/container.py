"""What a container does for its process: signals reach it, and nothing that it started outlives it.

Run as a file, with `python -m MODULE …` as its arguments; ends with the module's exit code, or 128 and the signal's number, as Docker does.
A container's first process takes all others along; here the kernel hands orphans to this one instead. Imports as little as it can: it
starts twice for each attempt of a job.
"""

import ctypes
import os
import runpy
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

_PR_SET_CHILD_SUBREAPER = 36
_MODULE = "-m"
_NICE = 10  # below the emulator itself, which has requests to answer, and below the user's own work


def main(command: list[str]) -> int:
    """Run `command` and answer its exit code."""
    os.nice(_NICE)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = subprocess.Popen([sys.executable, __file__, "--", *command])

    def forward(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, forward)
    code = child.wait()
    while orphans := _children():
        for orphan in orphans:
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)
    return code if code >= 0 else 128 - code


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]


def _become(command: list[str]) -> None:
    """The module itself, where no other machine can be reached."""
    isolation = runpy.run_path(str(Path(__file__).resolve().parents[1] / "isolation.py"))
    isolation["forbid_outward_calls"]()
    sys.path[0] = ""  # this file's own folder until now
    sys.argv = command[command.index(_MODULE) + 1 :]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    if sys.argv[1] == "--":
        _become(sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))
