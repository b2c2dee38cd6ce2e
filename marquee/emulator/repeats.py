"""A call that an SDK sends once more because its connection broke is answered as it was the first time, and done once.

A busy machine loses a connection now and then after the call was carried out; without this a second AddPermission meets its own statement.
SDKs send the id of the call in `amz-sdk-invocation-id` and which attempt it is in `amz-sdk-request`. AWS promises nothing of the kind.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marquee.emulator.asgi import Message, Send

_KEPT: Final = 512
"""Answers; an SDK tries again within seconds."""
_LARGEST: Final = 64 * 1024  # bytes
_FIRST: Final = "attempt=1"
_TRIED_AGAIN: Final = 500
"""From this status on an SDK asks again in the hope of another answer."""


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """Which call of whom a request is."""

    key: tuple[str, str] | None
    """None for a client that does not number its calls."""
    first: bool

    @classmethod
    def of(cls, headers: Mapping[str, str], access_key: str) -> "Repeated":
        """As the headers say."""
        call = headers.get("amz-sdk-invocation-id")
        first = headers.get("amz-sdk-request", _FIRST).partition(";")[0].strip() == _FIRST
        return cls(key=(access_key, call) if call else None, first=first)


class Repeats:
    """The last answers to calls that change something."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str], list[Message]] = OrderedDict()

    async def answered(self, call: Repeated, send: Send) -> bool:
        """Whether this call was answered before; then it is again."""
        messages = self._answers.get(call.key) if call.key and not call.first else None
        for message in messages or ():
            await send(message)
        return messages is not None

    def noting(self, method: str, call: Repeated, send: Send) -> Send:
        """`send`, and what goes through it is kept, unless it only reads, is large, or failed."""
        key = call.key
        if key is None or method in {"GET", "HEAD"}:
            return send
        messages: list[Message] = []

        async def noted(message: Message) -> None:
            messages.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                self._keep(key, messages)
            await send(message)

        return noted

    def _keep(self, key: tuple[str, str], messages: list[Message]) -> None:
        size = sum(len(message.get("body", b"")) for message in messages)
        if size > _LARGEST or int(messages[0].get("status", _TRIED_AGAIN)) >= _TRIED_AGAIN:
            return
        self._answers[key] = messages
        while len(self._answers) > _KEPT:
            self._answers.popitem(last=False)
