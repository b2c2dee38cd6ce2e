"""The emulated edge: signatures, tokens, cache, shield, failover, ranges and headers, over a real port."""

import gzip
import threading
import time
from collections.abc import Callable

import httpx
import pytest

from tests.edge_stand import API_HOST, SCOPE, Stand

SEGMENT = "video/00001.m4s"


class _Every:
    @staticmethod
    def match(_: str) -> bool:
        return True


def test_a_title_plays_with_cookies_and_token_and_the_origin_sees_neither(stand: Stand) -> None:
    answer = stand.play(SEGMENT)
    assert (answer.status_code, answer.headers["x-cache"]) == (200, "Miss from cloudfront")
    (asked,) = stand.asked
    assert (asked.host, asked.path) == ("one.s3", f"/{SCOPE}/{SEGMENT}")
    assert "cookie" not in asked.headers
    assert asked.headers["x-marquee-source-arn"] == "arn:M"


def test_another_session_hits_what_the_first_one_fetched(stand: Stand) -> None:
    first, second = stand.play(SEGMENT), stand.play(SEGMENT)
    assert (first.content, len(stand.asked)) == (second.content, 1)
    assert second.headers["x-cache"] == "Hit from cloudfront"
    assert "age" in second.headers


def past() -> int:
    return int(time.time()) - 5


def with_token(stand: Stand, token: str, *, policy: str | None = None) -> tuple[str, str]:
    return f"/t/{token}/{SCOPE}/{SEGMENT}", stand.cookie(policy or token)


def changed(token: str) -> str:
    return token[:-1] + ("A" if token[-1] != "A" else "B")


WRONG: dict[str, Callable[[Stand, str, str, str], tuple[str, str]]] = {
    # what is wrong → path and cookies, from the stand, a good path, good cookies and the good token
    "no cookies": lambda _s, path, _c, _t: (path, ""),
    "no token": lambda _s, _p, cookie, _t: (f"/{SCOPE}/{SEGMENT}", cookie),
    "expired cookies": lambda stand, path, _c, token: (path, stand.cookie(token, expires=past())),
    "expired token": lambda stand, *_: with_token(stand, stand.token(issued=past() - 60, expires=past())),
    "tampered token": lambda stand, _p, _c, token: with_token(stand, changed(token)),
    "other path": lambda _s, path, cookie, _t: (path.replace("film", "other"), cookie),
    "other title in the token": lambda stand, *_: with_token(stand, stand.token(scope=SCOPE.replace("film", "other"))),
    "other address": lambda stand, path, _c, token: (path, stand.cookie(token, address="127.0.0.2")),
    "unknown key": lambda stand, path, _c, token: (path, stand.cookie(token, key="K2")),
    "tampered policy": lambda _s, path, cookie, _t: (path, cookie.replace("CloudFront-Policy=ey", "CloudFront-Policy=eY")),
    "tampered signature": lambda _s, path, cookie, _t: (path, cookie.replace("CloudFront-Signature=", "CloudFront-Signature=A")),
    "cookies of another session": lambda stand, _p, _c, token: with_token(stand, token, policy=stand.token(session="d" * 24)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whoever_is_not_let_in_gets_403_and_the_origin_is_not_asked(stand: Stand, wrong: str) -> None:
    token = stand.token()
    path, cookie = WRONG[wrong](stand, *with_token(stand, token), token)
    answer = stand.get(path, cookie=cookie)
    assert (answer.status_code, stand.asked) == (403, [])
    assert "m4s" not in answer.text


def test_the_viewers_own_address_is_let_in(stand: Stand) -> None:
    token = stand.token()
    assert stand.get(f"/t/{token}/{SCOPE}/{SEGMENT}", cookie=stand.cookie(token, address="127.0.0.0/8")).status_code == 200


def test_viewers_that_ask_at_once_make_one_request_to_the_origin(stand: Stand) -> None:
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(stand.play(SEGMENT))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len(stand.asked) == 1


@pytest.mark.parametrize(
    ("asked", "status", "expected"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999", 206, slice(0, None)),
        ("bytes=999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=5-6,0-1", 200, slice(None)),
        ("bytes=0-5,5-6", 200, slice(None)),
        ("bytes=0-1,x", 200, slice(None)),
        ("bytes=0-1,999999-", 206, slice(0, 2)),
        ("bytes=999998-999999,999999-", 416, slice(0, 0)),
        ("chunks=1-2", 200, slice(None)),
    ],
)
def test_ranges_are_cut_from_what_is_cached(stand: Stand, asked: str, status: int, expected: slice) -> None:
    whole = stand.play(SEGMENT).content
    answer = stand.play(SEGMENT, range=asked)
    assert (answer.status_code, answer.content) == (status, whole[expected])
    assert len(stand.asked) == 1


def test_a_changed_version_of_a_range_is_not_mixed_in(stand: Stand) -> None:
    stand.play(SEGMENT)
    assert stand.play(SEGMENT, range="bytes=0-9", if_range='"other"').status_code == 200


def test_a_viewer_that_has_it_is_told_so(stand: Stand) -> None:
    answer = stand.play(SEGMENT, if_none_match='"e"')
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(("offered", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("deflate", None), ("", None)])
def test_manifests_are_compressed_as_the_viewer_takes_them_and_kept_apart(stand: Stand, offered: str, encoding: str | None) -> None:
    """The edge compresses; the door undoes it for this machine, so that this looks at what is kept."""
    plain = stand.play("index.m3u8", accept_encoding="identity").content
    answer = stand.play("index.m3u8", accept_encoding=offered)
    assert answer.content == plain
    keys = [key for key in stand.edge._cache._entries if "index.m3u8" in key]
    assert len(keys) == (2 if encoding else 1)
    stored = [stand.edge._cache._entries[key] for key in keys]
    assert {entry.headers.get("content-encoding") for entry in stored} == {None, encoding}


def test_gzip_really_compresses(stand: Stand) -> None:
    stand.play("index.m3u8", accept_encoding="gzip")
    (entry,) = [entry for key, entry in stand.edge._cache._entries.items() if "index.m3u8" in key]
    assert len(gzip.decompress(entry._parts[0])) > 4 * len(entry._parts[0])


def test_devices_have_manifests_of_their_own_and_segments_do_not(stand: Stand) -> None:
    for agent in ("Mozilla/5.0 (Windows NT 10.0)", "Mozilla/5.0 (iPhone; Mobile)", "Mozilla/5.0 (X11; Linux)"):
        stand.play("index.m3u8", user_agent=agent)
        stand.play(SEGMENT, user_agent=agent)
    assert [asked.path.rpartition("/")[2] for asked in stand.asked] == ["index.m3u8", "00001.m4s", "index.m3u8"]


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_the_second_origin_answers_where_the_first_one_fails(stand: Stand, status: int) -> None:
    path = f"/{SCOPE}/{SEGMENT}"
    if status == 503:
        stand.failing.add("one.s3")
        assert stand.play(SEGMENT).text.startswith("two.s3")
    else:
        stand.answers[path] = httpx.Response(status)
        assert stand.play(SEGMENT).status_code == status
    assert [asked.host for asked in stand.asked] == ["one.s3", "two.s3"]


def test_with_both_origins_down_the_error_is_kept_for_a_second_only(stand: Stand) -> None:
    stand.failing |= {"one.s3", "two.s3"}
    assert stand.play(SEGMENT).status_code == 503
    stand.failing.clear()
    stand.edge.forget("M", [_Every()])
    assert stand.play(SEGMENT).status_code == 200


def test_a_stale_answer_is_renewed_by_its_tag_and_served_when_origins_fail(stand: Stand) -> None:
    first = stand.play(SEGMENT)
    stand.expire()
    stand.answers[f"/{SCOPE}/{SEGMENT}"] = httpx.Response(304)
    again = stand.play(SEGMENT)
    assert (again.content, again.headers["x-cache"]) == (first.content, "RefreshHit from cloudfront")
    assert stand.asked[-1].headers["if-none-match"] == '"e"'


def test_an_invalidation_empties_edge_and_shield_of_what_it_names(stand: Stand) -> None:
    import re

    stand.play(SEGMENT)
    stand.play("audio/00001.m4s")
    stand.edge.forget("M", [re.compile(rf"/{SCOPE}/video/.*")])
    stand.play(SEGMENT)
    stand.play("audio/00001.m4s")
    assert [asked.path.split("/")[4] for asked in stand.asked] == ["video", "audio", "video"]


def test_headers_are_added_and_taken_away_as_the_policy_says(stand: Stand) -> None:
    answer = stand.play(SEGMENT, origin=f"http://player.marquee.localhost:{stand.port}")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "x-amz-version-id" not in answer.headers
    assert answer.headers["access-control-allow-origin"] == f"http://player.marquee.localhost:{stand.port}"
    assert answer.headers["access-control-allow-credentials"] == "true"


def test_another_sites_page_may_not_read(stand: Stand) -> None:
    assert "access-control-allow-origin" not in stand.play(SEGMENT, origin="https://evil.example").headers


def test_the_api_is_cached_by_nobody_and_gets_what_the_viewer_sent(stand: Stand) -> None:
    for _ in range(2):
        answer = stand.get(
            "/playback?x=1", host=API_HOST, method="POST", body=b"{}", authorization="Bearer t", content_type="application/json"
        )
        assert answer.status_code == 200
    assert [(asked.method, asked.path, asked.headers["authorization"]) for asked in stand.asked] == [
        ("POST", "/playback?x=1", "Bearer t")
    ] * 2
    assert {asked.headers["x-marquee-viewer"] for asked in stand.asked} == {"127.0.0.1"}


def test_an_unknown_host_is_nobodys(stand: Stand) -> None:
    assert stand.get("/", host="other.marquee.localhost").status_code == 421


def test_what_was_counted_is_told(stand: Stand) -> None:
    stand.play(SEGMENT)
    stand.play(SEGMENT)
    told = stand.get("/", host="edge.marquee.localhost").json()
    assert (told["results"], told["hit_ratio"]) == ({"Miss": 1, "Hit": 1}, 0.5)
