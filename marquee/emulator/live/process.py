"""A process that is started again until it is told to stop. It runs in the emulator's process group, which is killed as a whole."""

import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

_NICE: Final = 5  # below the emulator itself; above encodes of files, which have time
_PAUSE: Final = 0.2  # seconds before it is started again


class Kept:
    """Runs `command(number)` in `folder`, number 1 first; when it ends, the next number, until `stop`."""

    def __init__(self, name: str, command: Callable[[int], Sequence[str]], folder: Path):
        self._command, self._folder, self._log = command, folder, folder / f"{name}.log"
        self._ended, self._process, self._lock = threading.Event(), None, threading.Lock()
        self.number = 0
        """Of the present start."""
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the process and start no other. Returns when it is gone."""
        with self._lock:
            self._ended.set()
            if self._process is not None:
                self._process.kill()
        self._thread.join()

    _process: subprocess.Popen[bytes] | None

    def _run(self) -> None:
        while not self._ended.is_set():
            with self._log.open("wb") as log:
                process = self._spawn(log.fileno())
            if process is not None:
                process.wait()
            self._ended.wait(_PAUSE)

    def _spawn(self, log: int) -> subprocess.Popen[bytes] | None:
        with self._lock:
            if self._ended.is_set():
                return None
            self.number += 1
            self._process = subprocess.Popen(
                self._command(self.number),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
            )
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICE)
            return self._process
