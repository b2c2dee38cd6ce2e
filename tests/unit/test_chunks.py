"""Cutting: no picture is lost or twice, and every cut is one in every rung."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marquee.domain.ladder.chunks import MOST_CHUNKS, BatchPlan, cut, location
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.plan import for_source
from tests.unit.test_encode_job import JOB

RATES = st.sampled_from(["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "120", "12.5"]).map(Fraction)


@settings(max_examples=30)
@given(rate=RATES, milliseconds=st.integers(1, 172_800_000), seconds=st.integers(1, 600))
def test_chunks_cover_the_title_once_and_begin_with_a_segment(rate: Fraction, milliseconds: int, seconds: int) -> None:
    plan, duration = for_source(default_ladder(), 1920, 1080, rate), Fraction(milliseconds, 1000)
    chunks = cut(plan, duration, Fraction(seconds))
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert len(chunks) <= MOST_CHUNKS + 1
    assert 0 <= sum(chunk.frames for chunk in chunks) - duration * rate < 1
    assert min(chunk.frames for chunk in chunks) > 0
    for chunk, after in pairwise(chunks):
        assert chunk.start + chunk.frames / rate == after.start
        assert after.start % plan.segment_duration == 0
        assert all((after.start * rung.fps) % rung.gop == 0 for rung in plan.rungs)


def test_the_plan_document_names_its_place_and_survives_json() -> None:
    plan = BatchPlan.of(JOB, "work", Fraction(12))
    assert BatchPlan.from_json(plan.to_json()) == plan
    assert location(plan.uri) == ("work", "batch/my-film/0123456789abcdef/plan.json")
    assert len(plan.chunks()) == 1
    assert len(replace(plan, job=replace(JOB, duration=Fraction(60))).chunks()) == 5


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="chunkSeconds"):
        BatchPlan.from_json({"job": JOB.to_json()})
    with pytest.raises(ValueError, match="slash"):
        BatchPlan(job=JOB, bucket="b", prefix="p")
    with pytest.raises(ValueError, match="cuts nothing"):
        BatchPlan.of(JOB, "b", Fraction(0))


@pytest.mark.parametrize("uri", ["", "s3://", "s3://bucket", "s3://bucket/", "https://bucket/key", "/etc/passwd"])
def test_what_is_no_object_is_refused(uri: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/key"):
        location(uri)
