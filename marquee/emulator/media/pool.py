"""The one pool of heavy processes: never more than the machine has cores, below everything else in priority, gone with the emulator.

A process runs in the emulator's own process group, which is killed as a whole.
"""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

_T = TypeVar("_T")
Report = Callable[[float], None]
"""Takes seconds of media done so far."""

NICE: Final = 5
"""Below the emulator itself, which has requests to answer, and below the user's own work."""
_TIME: Final = re.compile(r"out_time_us=(\d+)")
_SHOWN: Final = 2000  # characters of a failed process's output that are kept


class ToolError(Exception):
    """A process failed. The message is the end of what it wrote to standard error, never its command line."""


class CancelledError(Exception):
    """The work was called off."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """One process."""

    command: Sequence[str]
    opened: Path | None = None
    """A file that the process gets as an open descriptor, whose number replaces `{fd}` in the command."""
    folder: Path
    """Where it runs."""
    report: Report | None = None
    """Called as ffmpeg reports progress, for a command that holds `-progress pipe:1`."""
    cancelled: threading.Event


class Pool:
    """Runs tasks, at most `size` at a time, in the order in which they come."""

    def __init__(self, size: int | None = None):
        self.size: int = size or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(max_workers=self.size, thread_name_prefix="media")

    def start(self, task: Task) -> Future[str]:
        """Queue the task; the future gives its standard output, less progress, or raises ToolError or CancelledError."""
        return self._threads.submit(_run, task)

    def submit(self, work: Callable[[], _T]) -> Future[_T]:
        """Queue other heavy work under the same bound."""
        return self._threads.submit(work)

    def run(self, task: Task) -> str:
        """Queue the task and wait for its end."""
        return self.start(task).result()


def _run(task: Task) -> str:
    if task.cancelled.is_set():
        raise CancelledError
    descriptor = os.open(task.opened, os.O_RDONLY | os.O_CLOEXEC) if task.opened else None
    try:
        return _wait(task, _spawn(task, descriptor))
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _spawn(task: Task, descriptor: int | None) -> subprocess.Popen[str]:
    command = [part.replace("{fd}", str(descriptor)) for part in task.command]
    with (task.folder / f"stderr-{threading.get_ident()}").open("w") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            errors="replace",
            cwd=task.folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            pass_fds=() if descriptor is None else (descriptor,),
        )
    os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
    return process


def _wait(task: Task, process: subprocess.Popen[str]) -> str:
    watcher = threading.Thread(target=_kill_if_cancelled, args=(task.cancelled, process), daemon=True)
    watcher.start()
    written: list[str] = []
    with process:
        for line in process.stdout or ():
            match = _TIME.match(line)
            if match and task.report:
                task.report(int(match[1]) / 1e6)
            elif "-progress" not in task.command:
                written.append(line)
    if task.cancelled.is_set():
        raise CancelledError
    if process.returncode:
        errors = (task.folder / f"stderr-{threading.get_ident()}").read_text(errors="replace")
        raise ToolError(errors.strip()[-_SHOWN:] or f"the process ended with {process.returncode}")
    return "".join(written)


def _kill_if_cancelled(cancelled: threading.Event, process: subprocess.Popen[str]) -> None:
    while process.poll() is None:
        if cancelled.wait(0.2):
            process.kill()
