"""The encode job: what it carries survives JSON, and what it chooses is bounded by the ladder."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.plan import Source
from marquee.domain.ladder.tracks import CaptionTrack

JOB = EncodeJob(
    title_id="my-film",
    version="0123456789abcdef",
    master=S3Object(bucket="masters", key="masters/my-film/film.mp4", version_id="v1"),
    bucket="renditions",
    prefix="titles/my-film/0123456789abcdef/",
    source=Source(width=1920, height=1080, fps=Fraction(30000, 1001), channels=6),
    duration=Fraction(5_005, 1_000),
    protection=Protection(),
    speke_url="https://keys.example.com/speke",
    language="de",
    rungs=("avc-360p-700k", "avc-1080p-4200k"),
    captions=(
        Caption(track=CaptionTrack(kind="webvtt", language="pt-BR"), source=S3Object(bucket="masters", key="masters/my-film/pt.vtt")),
        Caption(track=CaptionTrack(kind="cea608", language="en", channel=3)),
    ),
)


JIT = replace(JOB, packaging="jit", protection=None, speke_url=None, prefix="clear/my-film/0123456789abcdef/")


@pytest.mark.parametrize(
    "job", [JOB, replace(JOB, protection=None, speke_url=None, rungs=None, captions=()), JIT], ids=["full", "bare", "jit"]
)
def test_a_job_survives_json(job: EncodeJob) -> None:
    assert EncodeJob.from_json(json.loads(json.dumps(job.to_json()))) == job


def test_a_missing_field_is_a_value_error() -> None:
    value = JOB.to_json()
    del value["source"]["fps"]
    with pytest.raises(ValueError, match="fps"):
        EncodeJob.from_json(value)


def test_a_plan_has_the_chosen_rungs_alone_at_the_chosen_bitrate() -> None:
    plan = JOB.plan()
    assert [rung.name for rung in plan.rungs] == ["avc-360p-700k", "avc-1080p-4200k"]
    assert plan.rungs[1].rendition.max_kbps == 4200
    assert [track.name for track in plan.ladder.captions] == ["webvtt-pt-BR", "cc3-en"]
    assert {track.language for track in plan.audio} == {"de"}
    assert len(replace(JOB, rungs=None).plan().rungs) > 2


def test_what_is_packaged_just_in_time_is_clear_transport_streams_that_a_packager_takes() -> None:
    plan = replace(JIT, rungs=None).plan()
    assert (plan.ladder.container, plan.ladder.protection, plan.ladder.trick_play) == ("ts", None, None)
    assert {rung.rendition.codec for rung in plan.rungs} == {"avc", "hevc"}
    assert [(track.codec, track.audio_only) for track in plan.audio] == [("aac", False), ("eac3", False)]
    assert plan.ladder.thumbnails is not None
    assert (plan.ladder.thumbnails.columns, plan.ladder.thumbnails.rows) == (1, 1)
    assert plan.segment_duration == replace(JOB, rungs=None).plan().segment_duration
    assert (JIT.served, JOB.served) == ("titles/my-film/0123456789abcdef/", JOB.prefix)


def test_chosen_rungs_that_transport_streams_do_not_carry_are_left_out() -> None:
    chosen = replace(JIT, rungs=("avc-360p-700k", "av1-360p-300k", "hevc-1080p-4800k"))
    assert [rung.name for rung in chosen.plan().rungs] == ["avc-360p-700k", "hevc-1080p-4800k"]


def test_clear_renditions_are_not_served_and_not_protected() -> None:
    with pytest.raises(ValueError, match="packaging jit"):
        replace(JIT, prefix="titles/my-film/0123456789abcdef/")
    with pytest.raises(ValueError, match="packaging jit"):
        replace(JIT, protection=Protection(), speke_url="https://keys.example.com/speke")


@pytest.mark.parametrize("name", ["avc-1080p-7001k", "avc-2160p-1000k", "avc-360p-0k", "avc-360p", "", "vp9-360p-300k"])
def test_a_rung_outside_the_ladder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="none of what fits"):
        replace(JOB, rungs=(name,)).plan()


def test_no_rung_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing would be encoded"):
        replace(JOB, rungs=()).plan()


def test_keys_and_protection_come_together() -> None:
    with pytest.raises(ValueError, match="speke_url"):
        replace(JOB, speke_url=None)
    with pytest.raises(ValueError, match="speke_url"):
        replace(JOB, protection=None)


@pytest.mark.parametrize("prefix", ["", "titles/x", "/titles/x/"])
def test_a_prefix_that_would_strew_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        replace(JOB, prefix=prefix)


def test_captions_have_a_file_exactly_when_they_are_one() -> None:
    with pytest.raises(ValueError, match="source"):
        Caption(track=CaptionTrack(kind="webvtt", language="en"))
    with pytest.raises(ValueError, match="source"):
        Caption(track=CaptionTrack(kind="cea608", language="en"), source=S3Object(bucket="b", key="k"))
