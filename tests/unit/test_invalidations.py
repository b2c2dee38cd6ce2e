"""What a takedown makes the edge forget, and how much of it at once."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marquee.domain import invalidations
from marquee.domain.invalidations import AT_ONCE, Limits, Spent

LIMITS = Limits(paths_per_hour=10, paths_per_month=100)
PREFIX = "titles/my-film/0123456789abcdef/"


def test_a_title_version_is_one_path_and_clear_copies_are_none() -> None:
    detail = {"prefixes": [PREFIX, "clear/my-film/0123456789abcdef/"]}
    assert invalidations.paths_of(detail) == ("/titles/my-film/0123456789abcdef/*",)
    assert invalidations.paths_of({"prefixes": ["titles/my-film/"]}) == ("/titles/my-film/*",)


def test_an_asset_is_one_path_as_its_origin_knows_it() -> None:
    detail = {"prefixes": ["titles/my-film/", "clear/my-film/", f"_jit/eu-west-1/{'a' * 32}/"]}
    assert invalidations.paths_of(detail) == ("/titles/my-film/*", f"/{'a' * 32}/*")


@pytest.mark.parametrize(
    "prefix",
    ["_jit/", "_jit/eu-west-1/", "_jit/eu-west-1/*/", f"_jit/eu-west-1/{'a' * 32}", f"_jit/*/{'a' * 32}/", f"_jit/eu-west-1/{'a' * 32}/x/"],
)
def test_nothing_wider_than_an_asset_is_invalidated(prefix: str) -> None:
    with pytest.raises(ValueError, match="is no prefix of a title's renditions"):
        invalidations.wildcard(prefix)


@pytest.mark.parametrize(
    "prefix", ["", "/", "titles/", "titles//", "titles/My Film/", "titles/../", "masters/my-film/", "titles/my-film", "*", "titles/*/"]
)
def test_nothing_wider_than_a_title_is_invalidated(prefix: str) -> None:
    with pytest.raises(ValueError, match="is no prefix of a title's renditions"):
        invalidations.wildcard(prefix)


@pytest.mark.parametrize("detail", [{}, {"prefixes": None}, {"prefixes": []}, {"prefixes": ["clear/my-film/0123456789abcdef/"]}])
def test_an_event_that_names_nothing_is_refused(detail: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="nothing that was served"):
        invalidations.paths_of(detail)


@pytest.mark.parametrize(
    ("hour", "month", "elsewhere", "allowed"),
    [(0, 0, 0, 10), (4, 4, 0, 6), (10, 10, 0, 0), (12, 12, 0, 0), (0, 60, 35, 5), (0, 60, 40, 0), (0, 0, 500, 0)],
)
def test_the_tighter_limit_counts_and_regions_share_the_month(hour: int, month: int, elsewhere: int, allowed: int) -> None:
    assert invalidations.allowance(LIMITS, Spent(this_hour=hour, this_month=month, elsewhere=elsewhere)) == allowed


def test_cloudfront_works_on_fifteen_at_once() -> None:
    generous = Limits(paths_per_hour=1000, paths_per_month=100_000)
    assert invalidations.allowance(generous, Spent(this_hour=0, this_month=0, elsewhere=0)) == AT_ONCE == 15


def test_periods_are_of_utc_whatever_the_clock_says() -> None:
    now = datetime(2026, 12, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    assert invalidations.month_of(now, "eu-west-1") == "2026-11#eu-west-1"
    assert invalidations.hour_of(now, "eu-west-1") == "2026-11-30T22#eu-west-1"
    assert invalidations.expiry(now) > datetime(2027, 1, 1, tzinfo=UTC).timestamp()


def test_messages_are_taken_whole_and_repeats_cost_nothing() -> None:
    wanted = [("a", ("/1",)), ("b", ("/2", "/3")), ("c", ("/1",)), ("d", ("/4",))]
    taken, waiting = invalidations.take(wanted, 2)
    assert (list(taken), waiting) == (["a", "c", "d"], ["b"])  # a smaller one behind it may go first
    taken, waiting = invalidations.take(wanted, 3)
    assert (list(taken), waiting) == (["a", "b", "c"], ["d"])
    assert invalidations.take(wanted, 0) == ({}, ["a", "b", "c", "d"])


messages = st.lists(st.lists(st.sampled_from([f"/{n}" for n in range(6)]), min_size=1, max_size=4).map(tuple), max_size=8)


@given(wanted=messages, allowed=st.integers(0, 10))
def test_no_message_is_lost_and_no_limit_passed(wanted: list[tuple[str, ...]], allowed: int) -> None:
    named = [(str(index), paths) for index, paths in enumerate(wanted)]
    taken, waiting = invalidations.take(named, allowed)
    assert sorted([*taken, *waiting]) == sorted(message_id for message_id, _ in named)
    spent = {path for paths in taken.values() for path in paths}
    assert len(spent) <= allowed
    assert not [message_id for message_id in waiting if len(spent | set(dict(named)[message_id])) <= allowed]
