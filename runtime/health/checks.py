"""Runs checks side by side, each on its own clock."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

Check = Callable[[], object]
"""Returns if what it asks works, and raises if it does not."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check."""

    ok: bool
    milliseconds: float
    error: str | None = None
    """Name of the exception's class and nothing else: messages name accounts, keys and requests."""
    detail: str = field(default="", compare=False)
    """The exception's message, for the log alone."""

    def as_dict(self) -> dict[str, object]:
        """For the answer; `error` only if there is one."""
        return {"ok": self.ok, "ms": self.milliseconds, **({"error": self.error} if self.error else {})}


def run(checks: Mapping[str, Check], pool: ThreadPoolExecutor, deadline_seconds: float) -> dict[str, Outcome]:
    """All outcomes, in the order of `checks`, after at most `deadline_seconds`. A check that is not done by then has failed.

    The pool needs a thread for each check. A check that overruns keeps its thread until its own timeout ends it.
    """
    running = {name: pool.submit(_timed, check) for name, check in checks.items()}
    wait(running.values(), timeout=deadline_seconds)
    return {name: _outcome(future, deadline_seconds) for name, future in running.items()}


def _outcome(future: Future[Outcome], deadline_seconds: float) -> Outcome:
    if future.done():
        return future.result()
    future.cancel()  # of use to one that waits for a thread behind an overrunning one
    return Outcome(ok=False, milliseconds=round(deadline_seconds * 1000, 1), error="DeadlineExceeded")


def _timed(check: Check) -> Outcome:
    start = time.perf_counter()
    error, detail = None, ""
    try:
        check()
    except Exception as failure:  # noqa: BLE001 whatever goes wrong is the answer
        error, detail = type(failure).__name__, str(failure)
    return Outcome(ok=error is None, milliseconds=round((time.perf_counter() - start) * 1000, 1), error=error, detail=detail)
