"""The event loop that a program runs on.

The SDK calls its monitor through `run_in_executor`, since a gRPC stub blocks. Our monitor is a plain object, so the call is
made at once, on the loop's own thread: no hand-over of the interpreter lock, and the order of registrations is the same in
every run. `benchmarks/engine_preview.py` shows what that saves.
"""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

STALL_SECONDS = 20.0
"""How long a loop with nothing to do, no timer and no socket may wait for another thread before the run is given up."""


class StalledError(Exception):
    """Nothing is left that could wake the loop up, and yet the program is not finished."""


class _ImpatientSelector(selectors.DefaultSelector):
    """Blocks for ever only while there is something, besides the loop's own wake-up pipe, that may become ready."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None or len(self.get_map()) > 1:
            return super().select(timeout)
        events = super().select(STALL_SECONDS)
        if not events:
            raise StalledError
        return events


class DirectLoop(asyncio.SelectorEventLoop):
    """Runs what is meant for the default executor directly; gives up when the program can never finish."""

    def __init__(self) -> None:
        super().__init__(_ImpatientSelector())

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Call `func` now when `executor` is None; otherwise as any loop does."""
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 handed on to whoever awaits, as an executor does
            future.set_exception(error)
        return future

    def discard(self) -> None:
        """Cancel what is left, and close. Nothing is logged: the run's own error, if any, has been raised already."""
        self.set_exception_handler(lambda _loop, _context: None)
        pending = asyncio.all_tasks(self)
        for task in pending:
            task.cancel()
        if pending:
            self.run_until_complete(asyncio.wait(pending, timeout=1.0))
        self.close()
