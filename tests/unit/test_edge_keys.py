"""What tells answers apart at the edge, what of a request reaches an origin, and how long an answer is kept."""

from email.utils import formatdate

import pytest

from marquee.emulator.edge.configuration import Behaviour, CachePolicy, Kept, RequestPolicy
from marquee.emulator.edge.freshness import lifetime
from marquee.emulator.edge.viewer import Viewed, cache_key, cookies_of, forwarded

NOW = 1_800_000_000.0
NONE = Kept()
LIMITS = (0, 100, 1000)
"""Least, default and most seconds."""


def policy(min_ttl: int = 0, default_ttl: int = 100, max_ttl: int = 1000, **kept: Kept) -> CachePolicy:
    parts = {"headers": NONE, "cookies": NONE, "queries": NONE, **kept}
    return CachePolicy(min_ttl=min_ttl, default_ttl=default_ttl, max_ttl=max_ttl, gzip=False, brotli=False, **parts)


def behaviour(cache: CachePolicy, request: RequestPolicy | None = None) -> Behaviour:
    methods = frozenset({"GET", "HEAD"})
    return Behaviour(
        pattern="*", target="o", methods=methods, cached_methods=methods, compress=False, cache=cache, request=request, responses={},
        key_groups=(), functions={},
    )  # fmt: skip


def viewed(query: str = "", cookie: str = "", path: str = "/a", **headers: str) -> Viewed:
    named = {name.replace("_", "-"): value for name, value in headers.items()} | ({"cookie": cookie} if cookie else {})
    return Viewed(method="GET", host="h", path=path, query=query, headers=named, address="192.0.2.7", cookies=cookies_of(cookie))


def names(*listed: str) -> Kept:
    return Kept(behaviour="whitelist", names=frozenset(listed))


EVERY_BUT = Kept(behaviour="allExcept", names=frozenset({"b"}))
SAME = [
    (policy(), viewed(), viewed("x=1", "s=1", accept="y")),
    (policy(queries=names("a")), viewed("a=1&b=2"), viewed("c=3&a=1")),
    (policy(queries=Kept(behaviour="all")), viewed("a=1&b=2"), viewed("b=2&a=1")),
    (policy(queries=Kept(behaviour="all")), viewed("a=1"), viewed("a=1&Policy=p&Signature=s&Key-Pair-Id=k")),
    (policy(queries=EVERY_BUT), viewed("a=1&b=1"), viewed("a=1&b=2")),
    (policy(cookies=names("a")), viewed(cookie="a=1; b=1"), viewed(cookie="b=2; a=1")),
    (policy(headers=names("x-a")), viewed(x_a="1", x_b="1"), viewed(x_a="1", x_b="2")),
]
DIFFERENT = [
    (policy(), viewed(path="/a"), viewed(path="/A")),
    (policy(), viewed(path="/a"), viewed(path="/%61")),
    (policy(queries=names("a")), viewed("a=1"), viewed("a=2")),
    (policy(queries=names("a")), viewed("a=1"), viewed("a=1&a=2")),
    (policy(queries=names("a")), viewed("a=1"), viewed()),
    (policy(cookies=names("a"), queries=names("a")), viewed("a=1"), viewed(cookie="a=1")),
    (policy(headers=names("x-a"), cookies=names("x-a")), viewed(x_a="1"), viewed(cookie="x-a=1")),
    (policy(headers=names("x-a")), viewed(x_a="1"), viewed()),
]


@pytest.mark.parametrize(("cache", "one", "other"), SAME)
def test_what_is_not_in_the_key_shares_an_answer(cache: CachePolicy, one: Viewed, other: Viewed) -> None:
    assert cache_key(one, behaviour(cache), "") == cache_key(other, behaviour(cache), "")


@pytest.mark.parametrize(("cache", "one", "other"), DIFFERENT)
def test_what_is_in_the_key_does_not(cache: CachePolicy, one: Viewed, other: Viewed) -> None:
    assert cache_key(one, behaviour(cache), "") != cache_key(other, behaviour(cache), "")


def test_encodings_are_kept_apart() -> None:
    assert len({cache_key(viewed(), behaviour(policy()), encoding) for encoding in ("", "gzip", "br")}) == 3


def test_the_origin_gets_the_key_and_what_the_request_policy_adds() -> None:
    request = RequestPolicy(headers=names("x-b", "range", "host"), cookies=names("b"), queries=names("b"))
    cache = policy(headers=names("x-a"), cookies=names("a"), queries=names("a"))
    given = viewed("a=1&b=2&c=3&Signature=s", "a=1; b=2; c=3", x_a="1", x_b="2", x_c="3", range="bytes=0-1", x_forwarded_for="198.51.100.1")
    query, headers = forwarded(given, behaviour(cache, request))
    assert query == "a=1&b=2"
    assert headers == {"x-a": "1", "x-b": "2", "cookie": "a=1; b=2", "x-forwarded-for": "198.51.100.1, 192.0.2.7"}
    assert forwarded(viewed("c=3", "c=3", x_c="3"), behaviour(cache)) == ("", {"x-forwarded-for": "192.0.2.7"})


@pytest.mark.parametrize(
    ("headers", "limits", "seconds"),
    [
        ({}, LIMITS, 100),
        ({"cache-control": "max-age=50"}, LIMITS, 50),
        ({"cache-control": "public, s-maxage=70, max-age=50"}, LIMITS, 70),
        ({"cache-control": 'max-age="50"'}, LIMITS, 50),
        ({"cache-control": "max-age=5000"}, LIMITS, 1000),
        ({"cache-control": "max-age=5"}, (10, 100, 1000), 10),
        ({"cache-control": "no-store"}, LIMITS, 0),
        ({"cache-control": "no-cache, max-age=50"}, LIMITS, 0),
        ({"cache-control": "private"}, (10, 100, 1000), 10),  # CloudFront's minimum counts before the origin's word
        ({"expires": formatdate(NOW + 30, usegmt=True)}, LIMITS, 30),
        ({"expires": formatdate(NOW - 30, usegmt=True)}, LIMITS, 0),
        ({"expires": "0"}, LIMITS, 0),
        ({"expires": formatdate(NOW + 30, usegmt=True), "cache-control": "max-age=50"}, LIMITS, 50),
        ({}, (0, 0, 0), 0),
        ({"cache-control": "max-age=50"}, (0, 0, 0), 0),
    ],
)
def test_how_long_an_answer_is_kept(headers: dict[str, str], limits: tuple[int, int, int], seconds: float) -> None:
    assert lifetime(200, headers, policy(*limits), {}, NOW) == seconds


@pytest.mark.parametrize(("status", "headers", "seconds"), [(404, {}, 3), (500, {}, 10), (404, {"cache-control": "max-age=60"}, 60)])
def test_errors_have_times_of_their_own(status: int, headers: dict[str, str], seconds: float) -> None:
    """At least the distribution's, ten seconds where it says none, whatever the policy's limits are."""
    assert lifetime(status, headers, policy(max_ttl=1), {404: 3}, NOW) == seconds
