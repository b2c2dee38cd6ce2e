"""A parser in a process of its own, which a broken file may crash, hang or bloat, and which can open nothing.

The child has one pipe and no way to get a second file descriptor: it asks the parent for ranges of the one file, and answers with JSON.
"""

import contextlib
import io
import json
import os
import resource
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import IO, Any, cast

from runtime.ingest.ranges import RangeReader

Parser = Callable[[IO[bytes]], Any]
"""Reads a file and returns what JSON can hold."""

_MEMORY = 512 * 1024 * 1024
"""Bytes that the child may take beyond what it shares with its parent."""


class ParserFailedError(Exception):
    """The parser crashed, hung or ran out of memory on the file."""


def run(parser: Parser, file: RangeReader, *, seconds: float) -> Any:
    """What `parser` returns for `file`. The child may compute for `seconds` in all; the parent's reads do not count.

    Raises ParserFailedError, and whatever a read of `file` raises.
    """
    ours, theirs = Pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(parser, theirs, file.size)
    theirs.close()
    try:
        return _serve(ours, file, seconds)
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _serve(pipe: Connection, file: RangeReader, seconds: float) -> Any:
    while True:
        asked = time.monotonic()
        if not pipe.poll(max(0.0, seconds)):
            raise ParserFailedError("it does not come to an end")
        try:
            message: dict[str, Any] = json.loads(pipe.recv_bytes())
        except EOFError:
            raise ParserFailedError("it crashes") from None
        seconds -= time.monotonic() - asked
        if "result" in message:
            return message["result"]
        if "error" in message:
            raise ParserFailedError(message["error"])
        pipe.send_bytes(file.at(message["at"], message["length"]))


def _be_the_child(parser: Parser, pipe: Connection, size: int) -> None:
    """Never returns: nothing of the parent, neither its handlers nor its tests, goes on twice."""
    try:
        _lock_up(pipe.fileno())
        result = {"result": parser(cast("IO[bytes]", _Remote(pipe, size)))}
    except BaseException as error:  # noqa: BLE001 it is told to the parent, which decides
        result = {"error": f"{type(error).__name__}: {error}"}
    try:
        pipe.send_bytes(json.dumps(result).encode())
    finally:
        os._exit(0)


def _lock_up(pipe: int) -> None:
    used = _address_space()  # while files can still be opened
    os.closerange(3, pipe)
    os.closerange(pipe + 1, 4096)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays open, and nothing more can be opened
    if used:
        resource.setrlimit(resource.RLIMIT_AS, (used + _MEMORY, used + _MEMORY))


def _address_space() -> int:
    """Bytes that this process has mapped; 0 where the system does not tell (macOS, in the emulator)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * resource.getpagesize() if statm.exists() else 0


class _Remote(io.RawIOBase):
    """The parent's file, seen from the child."""

    def __init__(self, pipe: Connection, size: int):
        super().__init__()
        self._pipe, self._size, self._position = pipe, size, 0

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        length = max(0, self._size - self._position) if size < 0 else size
        self._pipe.send_bytes(json.dumps({"at": self._position, "length": length}).encode())
        data = self._pipe.recv_bytes()
        self._position += len(data)
        return data
