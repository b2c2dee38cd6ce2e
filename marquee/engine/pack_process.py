"""The process that serves a policy pack, and the connection to it. It never outlives us."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from marquee.engine.project import Project
from marquee.errors import MarqueeError

_READY_SECONDS: Final = 60.0
_MAX_MESSAGE: Final = 400 * 1024 * 1024  # bytes, as in the SDK: a stack of some thousand resources is one message

# `python -m pulumi.policy` with the pack's folder first on the path, which ends when our end of its standard input closes:
# however we die, the pack does too.
_SERVE: Final = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(0)), daemon=True).start()
runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
"""


class PackProcess:
    """A running policy pack. Starting is cheap: the wait for it comes with the first use of `stub`."""

    def __init__(self, directory: Path, project: Project, *, preview: bool):
        self._directory = directory
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-c", _SERVE, "127.0.0.1:0", str(directory)],
            cwd=directory,
            env=_environment(project, preview=preview),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._written: deque[str] = deque(maxlen=40)
        self._port = ""
        self._port_read = threading.Event()
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, True), daemon=True),
            threading.Thread(target=self._read, args=(self._process.stderr, False), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self._channel: grpc.Channel | None = None
        self._stub: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._channel is not None:
            self._channel.close()
        self._process.kill()
        self._process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def stub(self) -> Any:
        """Client of `pulumirpc.Analyzer`. Raises MarqueeError, with what the pack wrote, if it does not start."""
        if self._stub is None:
            self._channel = grpc.insecure_channel(f"127.0.0.1:{self._wait_for_port()}", options=_CHANNEL_OPTIONS)
            self._stub = analyzer_pb2_grpc.AnalyzerStub(self._channel)
        return self._stub

    def failed(self, what: str, error: Exception) -> MarqueeError:
        """An error about the pack, with the end of what it wrote."""
        detail = error.details() if isinstance(error, grpc.Call) else str(error)
        return MarqueeError(f"policy pack {self._directory.name}: {what}: {detail}{self._tail()}")

    def _wait_for_port(self) -> int:
        deadline = time.monotonic() + _READY_SECONDS
        while not self._port_read.wait(0.05):
            if self._process.poll() is not None or time.monotonic() > deadline:
                break
        for reader in self._readers if self._process.poll() is not None else []:
            reader.join(1.0)
        if not self._port.isdigit():
            state = f"exited with code {self._process.poll()}" if self._process.poll() is not None else f"printed {self._port!r}, no port"
            raise MarqueeError(f"the policy pack in {self._directory} does not start: it {state}{self._tail()}")
        return int(self._port)

    def _read(self, pipe: IO[bytes], has_port: bool) -> None:
        """Keep what the process writes; on stdout its first line is the port."""
        for line in pipe:
            text = line.decode(errors="replace").rstrip()
            if has_port and not self._port_read.is_set():
                self._port = text
                self._port_read.set()
            else:
                self._written.append(text)

    def _tail(self) -> str:
        return "".join(f"\n  {line}" for line in self._written)


_CHANNEL_OPTIONS: Final = [
    ("grpc.max_receive_message_length", _MAX_MESSAGE),
    ("grpc.max_send_message_length", _MAX_MESSAGE),
    ("grpc.enable_http_proxy", 0),  # loopback
]


def _environment(project: Project, *, preview: bool) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")},
        "PULUMI_CONFIG": json.dumps(project.redacted()),
        "PULUMI_PROJECT": project.name,
        "PULUMI_STACK": project.stack,
        "PULUMI_ORGANIZATION": "organization",
        "PULUMI_DRY_RUN": "true" if preview else "false",
    }
