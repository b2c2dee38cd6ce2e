"""How the edge deals with origins: which errors it keeps, when it turns to the second, what it asks again, and what a shield has."""

import httpx
import pytest

from tests.edge_stand import API_HOST, SCOPE, Stand

SEGMENT = "video/00001.m4s"
PATH = f"/{SCOPE}/{SEGMENT}"


@pytest.mark.parametrize(
    ("status", "said", "kept"),
    [
        (404, "", True), (500, "no-store", True), (502, "", True), (503, "", True), (504, "", True),
        (400, "", False), (403, "", False), (412, "", False), (429, "max-age=60", False), (416, "", False),
        (400, "max-age=60", True), (403, "max-age=60", True),
    ],
)  # fmt: skip
def test_which_errors_are_kept(stand: Stand, status: int, said: str, kept: bool) -> None:
    stand.answers[PATH] = httpx.Response(status, headers={"cache-control": said} if said else {})
    assert [stand.play(SEGMENT).status_code for _ in range(2)] == [status] * 2
    assert len([asked for asked in stand.asked if asked.host == stand.asked[-1].host]) == (1 if kept else 2)


@pytest.mark.parametrize("problem", [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_an_origin_that_cannot_be_reached_is_tried_again_and_passed_over(stand: Stand, problem: type[httpx.TransportError]) -> None:
    stand.broken["one.s3"] = problem
    assert stand.play(SEGMENT).text.startswith("two.s3")
    assert [asked.host for asked in stand.asked] == ["one.s3", "one.s3", "two.s3"]


@pytest.mark.parametrize(
    ("problem", "status"),
    [(httpx.ConnectError, 502), (httpx.RemoteProtocolError, 502), (httpx.ConnectTimeout, 504), (httpx.ReadTimeout, 504)],
)
def test_with_both_out_of_reach_the_viewer_is_told_why(stand: Stand, problem: type[httpx.TransportError], status: int) -> None:
    stand.broken |= {"one.s3": problem, "two.s3": problem}
    assert stand.play(SEGMENT).status_code == status
    asked = len(stand.asked)
    assert stand.play(SEGMENT).status_code == status  # kept like any error
    assert len(stand.asked) == asked


@pytest.mark.parametrize(("problem", "times"), [(httpx.ConnectError, 2), (httpx.ReadTimeout, 1), (httpx.RemoteProtocolError, 1)])
def test_what_may_have_been_carried_out_is_not_sent_again(stand: Stand, problem: type[httpx.TransportError], times: int) -> None:
    stand.broken["api.origin"] = problem
    assert stand.get("/playback", host=API_HOST, method="POST", body=b"{}").status_code in {502, 504}
    assert len(stand.asked) == times


def test_a_stale_answer_stands_in_for_as_long_as_the_error_is_kept(stand: Stand) -> None:
    first = stand.play(SEGMENT)
    stand.expire()
    stand.failing |= {"one.s3", "two.s3"}
    asked = len(stand.asked)
    again = [stand.play(SEGMENT) for _ in range(3)]
    assert [answer.content for answer in again] == [first.content] * 3
    assert [answer.headers["x-cache"].partition(" ")[0] for answer in again] == ["RefreshHit", "Hit", "Hit"]
    assert len(stand.asked) == asked + 2


def test_a_client_error_replaces_a_stale_answer(stand: Stand) -> None:
    stand.play(SEGMENT)
    stand.expire()
    stand.answers[PATH] = httpx.Response(404)
    assert stand.play(SEGMENT).status_code == 404


def test_a_renewal_asks_by_date_too(stand: Stand) -> None:
    date = "Sat, 28 Nov 2026 10:00:00 GMT"
    stand.answers[PATH] = httpx.Response(200, headers={"content-type": "video/mp4", "last-modified": date}, content=b"x" * 100)
    stand.play(SEGMENT)
    stand.expire()
    stand.answers[PATH] = httpx.Response(304)
    answer = stand.play(SEGMENT)
    assert (answer.status_code, answer.headers["x-cache"]) == (200, "RefreshHit from cloudfront")
    assert stand.asked[-1].headers["if-modified-since"] == date


def test_a_shield_keeps_what_it_renewed_and_not_the_word_for_it(stand: Stand) -> None:
    """An edge that has nothing gets the content from the shield, not the origin's 304 for somebody else."""
    first = stand.play(SEGMENT)
    stand.expire()
    stand.answers[PATH] = httpx.Response(304)
    assert stand.play(SEGMENT).headers["x-cache"] == "RefreshHit from cloudfront"
    stand.edge._cache.forget(lambda _: True)
    asked = len(stand.asked)
    answer = stand.play(SEGMENT)
    assert (answer.status_code, answer.content) == (200, first.content)
    assert len(stand.asked) == asked


def test_a_304_is_nothing_that_a_shield_keeps_for_others(stand: Stand) -> None:
    first = stand.play(SEGMENT)
    for shield in stand.edge._origins.shields.values():
        shield.forget(lambda _: True)
    stand.expire()
    stand.answers[PATH] = httpx.Response(304)
    assert stand.play(SEGMENT).headers["x-cache"] == "RefreshHit from cloudfront"
    stand.edge._cache.forget(lambda _: True)
    del stand.answers[PATH]
    answer = stand.play(SEGMENT)
    assert (answer.status_code, answer.content) == (200, first.content)
