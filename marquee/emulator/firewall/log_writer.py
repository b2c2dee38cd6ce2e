"""Records on their way to log groups: taken in at once, written in batches by whoever calls `flush`."""
# pyright: reportMissingTypeStubs=false

import contextlib
import json
import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

_WAITING: Final = 20_000
"""Records that wait at most: a log group that is gone must not fill the memory."""
_BATCH: Final = 1_000
_BATCH_BYTES: Final = 900_000
"""Source: Amazon CloudWatch Logs API Reference, PutLogEvents: 1,048,576 bytes with 26 for each event, and 10,000 events."""
_OVERHEAD: Final = 26


class LogWriter:
    """Writes to one log stream for each group and web ACL."""

    def __init__(self, logs: Any):
        """`logs`: boto3's client of CloudWatch Logs."""
        self._logs = logs
        self._waiting: deque[tuple[str, str, int, str]] = deque()
        self._streams: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self.written = 0
        self.lost = 0

    def add(self, group: str, stream: str, record: Mapping[str, Any]) -> None:
        """Take a record in. Above what may wait, it is lost, and counted as such."""
        if len(self._waiting) >= _WAITING:
            self.lost += 1
        else:
            self._waiting.append((group, stream, int(record["timestamp"]), json.dumps(record, separators=(",", ":"))))

    def flush(self) -> None:
        """Write what waits. What a group does not take is lost: WAF delivers at best effort too."""
        with self._lock:
            while self._waiting:
                batches: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
                size = 0
                while self._waiting and size < _BATCH_BYTES and sum(map(len, batches.values())) < _BATCH:
                    group, stream, timestamp, message = self._waiting.popleft()
                    batches[group, stream].append({"timestamp": timestamp, "message": message})
                    size += len(message.encode()) + _OVERHEAD
                for (group, stream), events in batches.items():
                    self._write(group, stream, events)

    def _write(self, group: str, stream: str, events: list[dict[str, Any]]) -> None:
        try:
            if (group, stream) not in self._streams:
                with contextlib.suppress(self._logs.exceptions.ResourceAlreadyExistsException):
                    self._logs.create_log_stream(logGroupName=group, logStreamName=stream)
                self._streams.add((group, stream))
            self._logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)
            self.written += len(events)
        except (OSError, BotoCoreError, ClientError):
            self.lost += len(events)
