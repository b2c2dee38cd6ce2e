"""Cached answers, which may still be growing while they are read."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field


class BrokenAnswerError(Exception):
    """The origin ended before its answer did."""


@dataclass(eq=False)
class Entry:
    """An answer of an origin, whole or on its way. All who ask for it meanwhile read from here: one request reaches the origin."""

    status: int
    headers: Mapping[str, str]
    """By lower-case name."""
    fetched: float = field(default_factory=time.time)
    asked: float = 0.0
    """When the origin was asked, in seconds since 1970; 0 if it could not be."""
    ended: float = 0.0
    """When its last byte was here."""
    expires: float = 0.0
    """Seconds since 1970; at or before `fetched` it serves only those who asked already."""
    broken: bool = False
    measured: bool = True
    """Whether the origin said how long it is before it began."""
    unreachable: bool = False
    """Whether no origin answered, and this stands for the answer."""
    origin: str = ""
    """Id of the origin that answered."""
    _parts: list[bytes] = field(default_factory=list[bytes])
    _whole: asyncio.Event = field(default_factory=asyncio.Event)
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    def grow(self, part: bytes) -> None:
        """Add what the origin sent next."""
        self._parts.append(part)
        self._grown.set()
        self._grown = asyncio.Event()

    def close(self, *, broken: bool = False) -> None:
        """There is no more to come."""
        self.broken, self.ended = broken, time.time()
        if not broken:
            self._parts = [b"".join(self._parts)]
        self._whole.set()
        self._grown.set()

    @property
    def whole(self) -> bool:
        """Whether all of it is here."""
        return self._whole.is_set()

    @property
    def validators(self) -> dict[str, str]:
        """Headers that ask an origin whether this still holds; empty where it cannot be told."""
        if self.broken or not self.whole or self.status != 200:
            return {}
        said = {
            "if-none-match": self.headers.get("etag", "").removeprefix("W/"),
            "if-modified-since": self.headers.get("last-modified", ""),
        }
        return {name: value for name, value in said.items() if value}

    def renewed(self, by: "Entry") -> "Entry":
        """Itself, which holds for as long as `by` does: the origin's word that it has not changed."""
        self.fetched, self.expires, self.asked, self.ended = by.fetched, by.expires, by.asked, by.ended
        return self

    @property
    def size(self) -> int:
        """Bytes so far."""
        return sum(map(len, self._parts))

    async def body(self) -> bytes:
        """All of it. Raises BrokenAnswerError."""
        await self._whole.wait()
        if self.broken:
            raise BrokenAnswerError
        return self._parts[0] if self._parts else b""

    async def parts(self) -> AsyncIterator[bytes]:
        """From the first byte on, as it comes. Raises BrokenAnswerError."""
        position = 0
        while True:
            grown, whole = self._grown, self.whole
            if whole:
                rest = b"".join(self._parts)[position:]
                if rest:
                    yield rest
                if self.broken:
                    raise BrokenAnswerError
                return
            joined = b"".join(self._parts)
            if len(joined) > position:
                part, position = joined[position:], len(joined)
                yield part
            else:
                await grown.wait()

    def fresh(self, now: float) -> bool:
        """Whether it may be served without asking the origin."""
        return not self.broken and (now < self.expires or not self.whole)


class Cache:
    """The least recently used go first. `limit`: bytes."""

    def __init__(self, limit: int = 256 * 1024 * 1024):
        self._limit = limit
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._locks: dict[str, asyncio.Lock] = {}

    def look(self, key: str) -> Entry | None:
        """What is kept under `key`, fresh or not."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def keep(self, key: str, entry: Entry) -> None:
        """Keep `entry`, and drop what does not fit any more."""
        self._entries[key] = entry
        self._entries.move_to_end(key)
        total = sum(one.size for one in self._entries.values())
        while total > self._limit and len(self._entries) > 1:
            total -= self._entries.popitem(last=False)[1].size

    def forget(self, fits: Callable[[str], bool]) -> int:
        """Drop every entry whose key fits; how many there were."""
        gone = [key for key in self._entries if fits(key)]
        for key in gone:
            del self._entries[key]
        return len(gone)

    def turn(self, key: str) -> asyncio.Lock:
        """Held by the one that asks the origin for `key`; the others wait and then find it here."""
        if len(self._locks) > 10_000:
            self._locks = {name: lock for name, lock in self._locks.items() if lock.locked()}
        return self._locks.setdefault(key, asyncio.Lock())
