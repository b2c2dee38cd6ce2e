"""Health checks that are really made: the deep endpoint is asked, the alarm is read, the others are counted."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlunsplit

from marquee.emulator.dns.records import Check

SECONDS = 0.5
"""Between two checks of an endpoint. Route 53 takes 10 or 30 seconds, so that a failover here is faster by as much."""


@dataclass
class Health:
    """The state of every check. Unknown ones count as healthy, as a new check does."""

    checks: Sequence[Check]
    get: Callable[[str], int]
    """Status that a URL answers; raises OSError if nothing does. A redirect or an error of the server is no health."""
    alarm: Callable[[str, str], str]
    """Region and name of an alarm → its state."""
    _failures: dict[str, int] = field(default_factory=dict[str, int])
    _states: dict[str, bool] = field(default_factory=dict[str, bool])
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def healthy(self, id: str) -> bool:
        """Whether the check `id` is healthy."""
        by_id: Mapping[str, Check] = {check.id: check for check in self.checks}
        return self._healthy(by_id, id, set())

    def _healthy(self, by_id: Mapping[str, Check], id: str, seen: set[str]) -> bool:
        check = by_id.get(id)
        if check is None or id in seen:
            return True
        if check.kind == "CALCULATED":
            good = sum(self._healthy(by_id, child, seen | {id}) for child in check.children)
            state = good >= check.threshold
        else:
            state = self._states.get(id, True)
        return state != check.inverted

    def start(self) -> None:
        """Check again and again, in a thread, until `stop`."""
        self._thread = threading.Thread(target=self._run, name="health-checks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def check_once(self) -> None:
        """Make every check once."""
        for check in self.checks:
            if check.kind == "CLOUDWATCH_METRIC":
                self._states[check.id] = self._alarm_is_quiet(check)
            elif check.kind.startswith("HTTP"):
                failures = 0 if self._answers(check) else self._failures.get(check.id, 0) + 1
                self._failures[check.id] = failures
                self._states[check.id] = failures < check.threshold

    def _run(self) -> None:
        while not self._stop.wait(SECONDS):
            self.check_once()

    def _answers(self, check: Check) -> bool:
        try:
            return 200 <= self.get(urlunsplit(("https", check.name, check.path, "", ""))) < 400
        except OSError:
            return False

    def _alarm_is_quiet(self, check: Check) -> bool:
        """Without data the last state stands, as the program asks for."""
        try:
            state = self.alarm(check.region, check.name)
        except OSError:
            return self._states.get(check.id, True)
        return self._states.get(check.id, True) if state == "INSUFFICIENT_DATA" else state != "ALARM"
