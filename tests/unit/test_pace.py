"""How many pictures a second a file shows, by its time stamps alone."""

from fractions import Fraction
from itertools import accumulate

import pytest

from runtime.ingest.pace import Pace, pace
from runtime.ingest.picture import encode_rate, of_frames

MATROSKA, TRANSPORT = 0.001, 1 / 90_000
"""Seconds to which time stamps are rounded."""


def shown(rate: Fraction, count: int, tick: float) -> list[float]:
    return [round(index / rate / Fraction(tick)) * tick for index in range(count)]


@pytest.mark.parametrize("tick", [MATROSKA, TRANSPORT])
@pytest.mark.parametrize("rate", ["1", "10", "25/2", "15", "24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "120"])
def test_a_constant_rate_is_found_exactly(rate: str, tick: float) -> None:
    assert pace(shown(Fraction(rate), 120, tick), tick) == Pace(rate=Fraction(rate))


def test_what_the_file_says_of_each_picture_decides_between_rates_that_rounding_cannot_tell_apart() -> None:
    times = shown(Fraction(24000, 1001), 12, MATROSKA)
    assert pace(times, MATROSKA, 1001 / 24000).rate == Fraction(24000, 1001)
    assert pace(times, MATROSKA, 1 / 24).rate == Fraction(24)
    assert pace(times, MATROSKA, 1 / 50).rate in {Fraction(24), Fraction(24000, 1001)}, "a lie"


def test_the_order_of_decoding_a_missing_picture_and_an_odd_rate_change_nothing() -> None:
    times = shown(Fraction(25), 100, TRANSPORT)
    decoded = [times[index] for start in range(0, 100, 4) for index in (start + 3, start + 1, start, start + 2)]
    assert pace(decoded, TRANSPORT).rate == 25
    assert pace(times[:40] + times[41:], TRANSPORT).rate == 25
    assert pace(shown(Fraction(17), 100, TRANSPORT), TRANSPORT).rate == 17


def test_of_a_variable_rate_the_highest_is_kept_and_jitter_is_none() -> None:
    half = list(accumulate([1 / 30] * 40 + [1 / 10] * 20))
    rate, highest = pace(half, MATROSKA)
    assert (rate, highest) == (None, pytest.approx(30))
    thinned = [time for index, time in enumerate(shown(Fraction(30), 90, TRANSPORT)) if index % 7 != 3]
    found = pace([*thinned, thinned[-1] + 0.002], TRANSPORT)
    assert found.rate is None
    assert encode_rate(None, found.highest) == 30


def test_too_few_pictures_say_nothing() -> None:
    assert pace([], MATROSKA) == pace([0.0, 0.04], MATROSKA) == Pace()
    assert encode_rate(None, None) == 30


def test_fields_that_are_shown_on_their_own_are_halves_of_frames() -> None:
    assert of_frames(Fraction(50), interlaced=True) == of_frames(Fraction(25), interlaced=True) == 25
    assert of_frames(Fraction(50), interlaced=False) == 50
