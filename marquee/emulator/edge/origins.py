"""Asking origins: which host, as whom, through which shield, and which one next when one fails."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import httpx

from marquee.emulator.edge.configuration import CachePolicy, Distribution, Origin
from marquee.emulator.edge.entries import Cache, Entry
from marquee.emulator.edge.freshness import lifetime
from marquee.emulator.edge.statistics import Statistics

SOURCE_HEADER = "x-marquee-source-arn"
"""Stands for the signature of origin access control: the distribution that asks. Origins refuse what no policy of theirs allows it."""
_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "date"}
)
_FAILS_OVER = frozenset({"GET", "HEAD", "OPTIONS"})
_ASKED_AGAIN = frozenset({"GET", "HEAD"})
"""Methods of requests that are sent once more if no answer comes; others might be carried out twice."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an origin is asked."""

    method: str
    path: str
    """Encoded, with a leading slash and without a query."""
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(kw_only=True)
class Origins:
    """Origins of all distributions, over one pool of connections."""

    client: httpx.AsyncClient
    """Its connections end at the emulator, whatever host a request is for."""
    resolve: Callable[[str], str | None]
    """A name of the platform → the host behind it, by the emulated DNS; None if nobody answers for it."""
    statistics: Statistics
    shields: dict[str, Cache] = field(default_factory=dict[str, Cache])
    """Region → the cache of its shield."""
    _tasks: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    async def fetch(self, distribution: Distribution, target: str, asked: Asked, key: str, policy: CachePolicy) -> Entry:
        """The answer of an origin, or of the next in its group. It may still be growing."""
        group = distribution.groups.get(target)
        members = group.members if group and asked.method in _FAILS_OVER else (group.members[0] if group else target,)
        entry = _failed("", 502)
        for number, member in enumerate(members):
            entry = await self._of(distribution, distribution.origins[member], asked, key, policy)
            if group is None or number + 1 == len(members) or not (entry.unreachable or entry.status in group.statuses):
                return entry
            self.statistics.failovers += 1
        return entry

    async def _of(self, distribution: Distribution, origin: Origin, asked: Asked, key: str, policy: CachePolicy) -> Entry:
        """Through the origin's shield, if it has one: all edges ask there, so that the origin is asked once."""
        if origin.shield is None or asked.method != "GET":
            return await self._ask(distribution, origin, asked, policy)
        shield = self.shields.setdefault(origin.shield, Cache())
        name = f"{distribution.id} {origin.id} {key}"
        async with shield.turn(name):
            kept = shield.look(name)
            if kept is not None and kept.fresh(time.time()):
                self.statistics.shield_hits += 1
                return kept
            own = kept.validators if kept is not None else {}
            entry = await self._ask(distribution, origin, replace(asked, headers={**asked.headers, **own}), policy)
            if kept is not None and own and entry.status == 304:
                return kept.renewed(entry)
            if entry.expires > entry.fetched and entry.status != 304:  # what the edge has and holds still is nothing to keep here
                shield.keep(name, entry)
            return entry

    async def _ask(self, distribution: Distribution, origin: Origin, asked: Asked, policy: CachePolicy) -> Entry:
        host, status = self.resolve(origin.domain), 502
        for _ in range(origin.attempts):
            self.statistics.asked(origin.id)
            if host is None:
                continue
            request = self.client.build_request(
                asked.method,
                f"{origin.path}{asked.path}{f'?{asked.query}' if asked.query else ''}",
                headers=self._headers(distribution, origin, host, asked),
                content=asked.body or None,
            )
            asked_at = time.time()
            try:
                response = await self.client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as problem:
                status = 504 if isinstance(problem, httpx.ConnectTimeout) else 502
                continue
            except httpx.HTTPError as problem:
                status = 504 if isinstance(problem, httpx.TimeoutException) else 502
                if asked.method not in _ASKED_AGAIN:
                    break
                continue
            return self._growing(response, origin, policy, distribution.error_ttls, asked_at)
        self.statistics.failed(origin.id)
        entry = _failed(origin.id, status)
        entry.expires = entry.fetched + lifetime(status, {}, policy, distribution.error_ttls, entry.fetched)
        return entry

    def _headers(self, distribution: Distribution, origin: Origin, host: str, asked: Asked) -> list[tuple[bytes, bytes]]:
        signed = {SOURCE_HEADER: distribution.arn} if origin.control else {}
        own = {"host": host, "via": f"1.1 {distribution.domain} (CloudFront, emulated)", "user-agent": "Amazon CloudFront"}
        asks_for_all = {"accept-encoding": "identity"}
        every = {**own, **asks_for_all, **asked.headers, **origin.headers, **signed}
        return [(name.encode(), value.encode("latin-1", "replace")) for name, value in every.items()]  # bytes as the viewer sent them

    def _growing(
        self, response: httpx.Response, origin: Origin, policy: CachePolicy, error_ttls: Mapping[int, int], asked_at: float
    ) -> Entry:
        headers: dict[str, str] = {}
        for name, value in response.headers.multi_items():
            if name.lower() not in _HOP:
                # A cookie's own commas forbid joining: cookies are kept apart by a line feed, which no header holds.
                joint = "\n" if name.lower() == "set-cookie" else ", "
                headers[name.lower()] = f"{headers[name.lower()]}{joint}{value}" if name.lower() in headers else value
        measured = "content-length" in response.headers
        entry = Entry(status=response.status_code, headers=headers, origin=origin.id, measured=measured, asked=asked_at)
        entry.expires = entry.fetched + lifetime(entry.status, headers, policy, error_ttls, entry.fetched)
        task = asyncio.create_task(_fill(entry, response))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return entry

    async def close(self) -> None:
        """Leave nothing behind."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.aclose()


async def _fill(entry: Entry, response: httpx.Response) -> None:
    broken = True
    try:
        async for part in response.aiter_raw():
            entry.grow(part)
        broken = False
    except httpx.HTTPError:
        pass
    finally:
        entry.close(broken=broken)
        await response.aclose()


def _failed(origin: str, status: int) -> Entry:
    """What CloudFront answers for an origin that it cannot reach (502), or that takes too long (504)."""
    entry = Entry(status=status, headers={"content-type": "text/plain"}, origin=origin, unreachable=True)
    entry.grow(b"The origin does not answer.")
    entry.close()
    return entry
