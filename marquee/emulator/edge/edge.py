"""One request through the edge: distribution, behaviour, code, cache, origin, and back."""

import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marquee.emulator.edge import answers
from marquee.emulator.edge.code import EdgeFunctions, FunctionError
from marquee.emulator.edge.configuration import Behaviour, Distribution
from marquee.emulator.edge.entries import Cache, Entry
from marquee.emulator.edge.gate import Gate
from marquee.emulator.edge.origins import Asked, Origins
from marquee.emulator.edge.state import State
from marquee.emulator.edge.statistics import Statistics
from marquee.emulator.edge.trust import Access, problem
from marquee.emulator.edge.viewer import Viewed, cache_key, event, forwarded, rewritten, too_much
from marquee.emulator.firewall.actions import Response

_TEXT = {"content-type": "text/plain"}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes to the viewer."""

    status: int
    headers: Mapping[str, str]
    """Cookies are separated by line feeds under `set-cookie`."""
    body: bytes | AsyncIterator[bytes]
    entry: Entry | None = None
    """What it was made from."""


class Edge:
    """Behaves as CloudFront does for what was configured. It has one location, and no latency of its own."""

    def __init__(self, state: State, origins: Origins, functions: EdgeFunctions, statistics: Statistics, gate: Gate | None = None):
        """`gate`: None lets everybody in."""
        self._state, self._origins, self._functions, self.statistics = state, origins, functions, statistics
        self._gate, self._cache = gate, Cache()

    def distribution(self, host: str) -> Distribution | None:
        """The one that answers to `host`."""
        named = (one for one in self._state.distributions if (host == one.domain or host in one.aliases) and not one.staging)
        return next(named, None)

    def forget(self, distribution: str, patterns: Any) -> None:
        """Carry out an invalidation, at the edge and at every shield."""

        def fits(key: str) -> bool:
            owner, _, rest = key.partition(" ")
            path = rest.partition("\0")[0].rpartition(" ")[2]
            return owner == distribution and any(pattern.match(path) for pattern in patterns)

        for cache in (self._cache, *self._origins.shields.values()):
            self.statistics.invalidated += cache.forget(fits)

    async def answer(self, distribution: Distribution, request: Viewed) -> Reply:
        """The whole way."""
        started = time.perf_counter()
        behaviour = distribution.behaviour(request.path)
        if (status := too_much(request)) is not None:  # before anybody hears of it: CloudFront refuses as it reads
            large = Reply(status=status, headers=_TEXT, body=b"The request is too large.")
            return self._finish(behaviour, request, large, "Refused", started)
        gated = self._gate(distribution, behaviour, request) if self._gate else request
        if isinstance(gated, Response):  # policies change what comes from cache or origin: a page that plays sees an error of CORS here
            stopped = Reply(status=gated.status, headers=gated.headers, body=gated.body)
            return self._finish(replace(behaviour, responses={}), request, stopped, "Error", started)
        request = gated
        refused = self._refused(distribution, behaviour, request)
        if refused is not None:
            return self._finish(behaviour, request, refused, "Refused", started)
        asked = await self._through_code(distribution, behaviour, request)
        if isinstance(asked, Reply):
            return self._finish(behaviour, request, asked, "FunctionGenerated", started)
        reply, result = await self._content(distribution, behaviour, asked)
        return self._finish(behaviour, request, reply, result, started)

    def _refused(self, distribution: Distribution, behaviour: Behaviour, request: Viewed) -> Reply | None:
        if request.method not in behaviour.methods:
            return Reply(status=403, headers=_TEXT, body=b"The distribution does not take this method.")
        if request.method in {"GET", "HEAD"} and request.body:
            return Reply(status=403, headers=_TEXT, body=b"Who reads sends nothing.")
        if behaviour.key_groups and request.method != "OPTIONS":
            query = request.unsigned_query
            url = f"https://{distribution.aliases[0] if distribution.aliases else request.host}{request.path}"
            access = Access(
                url=f"{url}?{query}" if query else url,
                cookies=request.cookies,
                queries=request.queries,
                address=request.address,
                now=time.time(),
            )
            if (why := problem(access, self._state.keys(behaviour.key_groups))) is not None:
                return Reply(status=403, headers={"content-type": "text/xml"}, body=f"<Error><Code>{why}</Code></Error>".encode())
        return None

    async def _through_code(self, distribution: Distribution, behaviour: Behaviour, request: Viewed) -> Viewed | Reply:
        name = behaviour.functions.get("viewer-request")
        if name is None:
            return request
        context = {"distributionId": distribution.id, "distributionDomainName": distribution.domain}
        try:
            answer = await self._functions.run(name, event(request, context, "viewer-request"))
        except FunctionError:
            return Reply(status=503, headers=_TEXT, body=b"The function at the edge failed.")
        return _generated(answer) if "statusCode" in answer else rewritten(request, answer)

    async def _content(self, distribution: Distribution, behaviour: Behaviour, request: Viewed) -> tuple[Reply, str]:
        query, headers = forwarded(request, behaviour)
        encoding = answers.encoding_of(request, behaviour)
        key = cache_key(request, behaviour, encoding)
        name = f"{distribution.id} {key}"
        cacheable = request.method in {"GET", "HEAD"} and request.method in behaviour.cached_methods
        asked = Asked(method="GET" if cacheable else request.method, path=request.path, query=query, headers=headers, body=request.body)
        if not cacheable:
            entry = await self._origins.fetch(distribution, behaviour.target, asked, key, behaviour.cache)
            return await self._reply(request, entry, ""), "Error" if entry.status >= 400 else "Miss"
        async with self._cache.turn(name):
            kept = self._cache.look(name)
            if kept is not None and kept.fresh(time.time()):
                return await self._reply(request, kept, encoding), "Error" if kept.status >= 400 else "Hit"
            entry, result = await self._renewed(distribution, behaviour, asked, key, kept)
            if answers.could_be_compressed(entry, encoding):
                entry = answers.compressed(entry, await entry.body(), encoding)
            if entry.expires > entry.fetched:
                self._cache.keep(name, entry)
        return await self._reply(request, entry, encoding), result

    async def _renewed(
        self, distribution: Distribution, behaviour: Behaviour, asked: Asked, key: str, kept: Entry | None
    ) -> tuple[Entry, str]:
        """Ask the origin; with what is kept and stale, only whether it changed."""
        if kept is not None:
            asked = replace(asked, headers={**asked.headers, **kept.validators})
        entry = await self._origins.fetch(distribution, behaviour.target, asked, key, behaviour.cache)
        if kept is not None and (entry.status == 304 or entry is kept):
            return kept.renewed(entry), "RefreshHit"
        if kept is not None and not kept.broken and kept.status == 200 and entry.status >= 500:
            return kept.renewed(entry), "RefreshHit"  # a stale answer is better than none, for as long as the error is kept
        return entry, "Error" if entry.status >= 400 else "Miss"

    async def _reply(self, request: Viewed, entry: Entry, encoding: str) -> Reply:
        del encoding
        # Of what grows to a length that nobody knows, a viewer gets all, whatever part was asked for.
        ranged = "range" in request.headers and entry.measured
        body = await entry.body() if entry.whole or ranged or request.method == "HEAD" else None
        part = answers.part_of(request, entry, body)
        headers = {**part.headers, "age": str(int(max(0, time.time() - entry.fetched)))}
        if part.body is None:
            return Reply(status=part.status, headers=headers, body=entry.parts(), entry=entry)
        return Reply(status=part.status, headers={**headers, "content-length": str(len(part.body))}, body=part.body, entry=entry)

    def _finish(self, behaviour: Behaviour, request: Viewed, reply: Reply, result: str, started: float) -> Reply:
        self.statistics.results[result] += 1
        headers = answers.finished(dict(reply.headers), behaviour.responses, request)
        headers["x-cache"] = f"{result} from cloudfront"
        headers["via"] = "1.1 edge (CloudFront, emulated)"
        timing = behaviour.responses.get("ServerTimingHeadersConfig", {})
        if timing.get("Enabled"):
            headers["server-timing"] = f"cdn-cache-{result.lower()}, cdn-downstream-fbl;dur={(time.perf_counter() - started) * 1000:.0f}"
        return replace(reply, headers=headers)


def _generated(answer: Mapping[str, Any]) -> Reply:
    """A response that a function made."""
    headers = {key.lower(): str(item["value"]) for key, item in answer.get("headers", {}).items()}
    body: Any = answer.get("body", "")
    text = body if isinstance(body, str) else body["data"]
    return Reply(status=int(answer["statusCode"]), headers=headers, body=text.encode())
