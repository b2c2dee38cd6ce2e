"""Live at the edge: a segment passes through while it grows, and a manifest is kept for no longer than its origin says."""

import threading
import time

import httpx
import pytest

from marquee.domain.tokens import live_scope
from tests.edge_stand import MEDIA_HOST, Stand

CHANNEL = live_scope("news")
SEGMENT, MANIFEST = "cmaf/segment-1.m4s", "cmaf/index.mpd"
HALF = b"x" * 10_000


def place(stand: Stand, file: str) -> tuple[str, dict[str, str]]:
    """Path of a file of the channel, and a viewer's headers."""
    token = stand.token(scope=CHANNEL)
    return f"/t/{token}/{CHANNEL}/{file}", {"host": MEDIA_HOST, "cookie": stand.cookie(token)}


def watch(stand: Stand, file: str) -> str:
    """Fetches a file; what `x-cache` says."""
    path, headers = place(stand, file)
    return stand.get(path, cookie=headers["cookie"]).headers["x-cache"]


def asked(stand: Stand, file: str) -> int:
    return sum(one.path.endswith(file) for one in stand.asked)


def serves(stand: Stand, file: str, **answer: str) -> None:
    """The origin has this file. Its path there has no part before the channel's name."""
    headers = {name.replace("_", "-"): value for name, value in answer.items()}
    stand.answers[f"/news/{file}"] = httpx.Response(200, headers=headers, content=HALF * 2)


def test_a_segment_passes_while_it_grows_and_latecomers_get_all_of_it(stand: Stand) -> None:
    serves(stand, SEGMENT, content_type="video/iso.segment", cache_control="max-age=3600")
    goes_on = stand.held[f"/news/{SEGMENT}"] = threading.Event()
    path, headers = place(stand, SEGMENT)
    late_path, late_headers = place(stand, SEGMENT)
    with (
        httpx.Client(trust_env=False, base_url=f"http://127.0.0.1:{stand.port}", timeout=5) as client,
        client.stream("GET", path, headers=headers) as first,
        client.stream("GET", late_path, headers=late_headers) as second,
    ):
        parts, late_parts = first.iter_raw(), second.iter_raw()
        begun, late_begun = next(parts), next(late_parts)
        assert 0 < len(begun) <= len(HALF), "the edge gathered the segment before it let anything through"
        assert 0 < len(late_begun) <= len(HALF)
        goes_on.set()
        assert b"".join([begun, *parts]) == b"".join([late_begun, *late_parts]) == HALF * 2
    assert asked(stand, SEGMENT) == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("max-age=30", 30), ("s-maxage=20, max-age=60", 20), ("public", 1), ("max-age=999999", 86_400)],
)
def test_a_manifest_is_kept_as_long_as_its_origin_says(stand: Stand, said: str, seconds: int) -> None:
    """At the edge and at the shield alike. Of one that says nothing a second, of one that says too much a day."""
    file = f"cmaf/{seconds}.mpd"
    serves(stand, file, content_type="application/dash+xml", cache_control=said)
    assert watch(stand, file) == "Miss from cloudfront"
    caches = (stand.edge._cache, *stand.edge._origins.shields.values())
    kept = [entry for cache in caches for key, entry in cache._entries.items() if file in key]
    assert [round(entry.expires - entry.fetched) for entry in kept] == [seconds, seconds]
    for entry in kept:
        entry.expires = time.time() - 0.001
    assert watch(stand, file) == "Miss from cloudfront"
    assert asked(stand, file) == 2


@pytest.mark.parametrize("said", ["no-store", "no-cache", "private", "max-age=0", "s-maxage=0, max-age=60"])
def test_what_is_not_to_be_kept_is_not(stand: Stand, said: str) -> None:
    """The time, which players set their clocks by, for one."""
    serves(stand, "cmaf/time", content_type="text/plain", cache_control=said)
    before = asked(stand, "time")
    for _ in range(2):
        assert watch(stand, "cmaf/time") == "Miss from cloudfront"
    assert asked(stand, "time") == before + 2
