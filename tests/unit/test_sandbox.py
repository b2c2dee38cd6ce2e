"""The process that parses untrusted files: what it may do, and that nothing it does harms its parent."""

import os
import signal
import socket
import time
from pathlib import Path
from typing import IO, Any

import pytest

from runtime.ingest.ranges import BudgetExceededError, RangeReader
from runtime.ingest.sandbox import ParserFailedError, run

CONTENT = bytes(range(256)) * 4096


def reader(content: bytes = CONTENT, budget: int = 10**8) -> RangeReader:
    return RangeReader(lambda first, last: content[first : last + 1], len(content), budget=budget)


def test_it_reads_the_file_and_answers() -> None:
    def parser(file: IO[bytes]) -> Any:
        file.seek(-3, os.SEEK_END)
        end = file.read(100)
        file.seek(300)
        return {"end": list(end), "middle": file.read(5).hex(), "at": file.tell(), "rest": len(file.read())}

    assert run(parser, reader(), seconds=5) == {
        "end": [253, 254, 255],
        "middle": CONTENT[300:305].hex(),
        "at": 305,
        "rest": len(CONTENT) - 305,
    }


def test_it_can_open_neither_files_nor_sockets(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("secret")

    def parser(file: IO[bytes]) -> Any:
        denied: list[str] = []
        for attempt in (path.read_text, lambda: (tmp_path / "new").write_text("x"), socket.socket):
            try:
                attempt()
            except OSError as error:
                denied.append(error.strerror or "")
        return denied

    assert run(parser, reader(), seconds=5) == ["Too many open files"] * 3
    assert not (tmp_path / "new").exists()


def test_it_does_not_have_its_parents_files(tmp_path: Path) -> None:
    with (tmp_path / "open").open("wb") as held:
        number = held.fileno()

        def parser(file: IO[bytes]) -> Any:
            try:
                os.write(number, b"x")
            except OSError as error:
                return error.strerror
            return "written"

        assert run(parser, reader(), seconds=5) == "Bad file descriptor"


def test_an_endless_parser_is_ended() -> None:
    def parser(file: IO[bytes]) -> Any:
        while True:
            pass

    start = time.monotonic()
    with pytest.raises(ParserFailedError, match="does not come to an end"):
        run(parser, reader(), seconds=0.2)
    assert time.monotonic() - start < 5


def test_one_that_reads_for_ever_is_ended_too() -> None:
    def parser(file: IO[bytes]) -> Any:
        while True:
            file.seek(0)
            file.read(10)

    with pytest.raises(ParserFailedError, match="does not come to an end"):
        run(parser, reader(), seconds=0.2)


def test_slow_reads_are_not_the_parsers_fault() -> None:
    def fetch(first: int, last: int) -> bytes:
        time.sleep(0.3)
        return bytes(last + 1 - first)

    assert run(lambda file: len(file.read()), RangeReader(fetch, 10, budget=100), seconds=0.25) == 10


@pytest.mark.parametrize("end", [lambda: os.kill(os.getpid(), signal.SIGSEGV), lambda: os._exit(0)])
def test_a_crash_is_told(end: Any) -> None:
    with pytest.raises(ParserFailedError, match="it crashes"):
        run(lambda file: end(), reader(), seconds=5)


def test_a_file_cannot_take_all_memory() -> None:
    with pytest.raises(ParserFailedError, match="MemoryError"):
        run(lambda file: len(bytearray(2 * 1024**3)), reader(), seconds=5)


def test_an_exception_of_the_parser_is_told() -> None:
    def parser(file: IO[bytes]) -> Any:
        raise RuntimeError("broken")

    with pytest.raises(ParserFailedError, match="RuntimeError: broken"):
        run(parser, reader(), seconds=5)


def test_what_a_read_raises_reaches_the_caller() -> None:
    with pytest.raises(BudgetExceededError):
        run(lambda file: len(file.read()), reader(budget=10), seconds=5)


def test_no_child_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, children = os.fork, list[int]()

    def noted() -> int:
        children.append(fork())
        return children[-1]

    monkeypatch.setattr(os, "fork", noted)
    run(lambda file: 1, reader(), seconds=5)
    with pytest.raises(ParserFailedError):
        run(lambda file: time.sleep(60), reader(), seconds=0.05)
    assert len(children) == 2
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(child, 0)
