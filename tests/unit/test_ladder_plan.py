"""The ladder applied to sources: properties that hold of any of them, and examples to read."""

from dataclasses import replace
from fractions import Fraction
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marquee.conformance.media_rules import judge_job
from marquee.domain.ladder import default
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.devices import APPLE, FIBRE, HOME, TELEVISION
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.mediaconvert_tracks import segment_length
from marquee.domain.ladder.medialive import Channel, encoder_settings
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.plan import Plan, for_source
from marquee.domain.ladder.segmenting import Segmenting
from marquee.emulator.service_model import check

pytestmark = pytest.mark.slow

DEFAULT = default_ladder()
HEVC_ONLY = Ladder(
    renditions=default.HEVC,
    audio=default.AUDIO,
    devices=(APPLE, TELEVISION),
    networks=(HOME, FIBRE),
    protection=Protection(systems=("fairplay", "playready")),
)
LADDERS = [
    DEFAULT,
    HEVC_ONLY,
    replace(DEFAULT, protection=None, captions=(), thumbnails=None, trick_play=None, audio=()),
    replace(DEFAULT, segmenting=Segmenting(seconds=Fraction(2), gop_seconds=Fraction(1))),
    replace(DEFAULT, segmenting=Segmenting(seconds=Fraction(4), gop_seconds=Fraction(4))),
]
RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
    Fraction(120),
]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan for any sound source, landscape, square or portrait."""
    short = draw(st.integers(64, 4096))
    long = draw(st.integers(short, min(5 * short, 8192)))
    width, height = (long, short) if draw(st.booleans()) else (short, long)
    fps = draw(st.one_of(st.sampled_from(RATES), st.fractions(10, 240, max_denominator=1001)))
    return for_source(draw(st.sampled_from(LADDERS)), width, height, fps, draw(st.integers(0, 8)))


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(plans())
def test_nothing_is_above_the_source_or_odd(plan: Plan) -> None:
    source = plan.source
    for rung in plan.rungs:
        assert rung.width <= source.width
        assert rung.height <= source.height
        assert max(rung.width, rung.height) <= rung.rendition.width
        assert min(rung.width, rung.height) <= rung.rendition.height
        assert rung.width % 2 == rung.height % 2 == 0
        assert min(rung.width, rung.height) >= 32, "MediaConvert's least"
        assert rung.fps <= min(source.fps, rung.rendition.max_fps)


@QUICK
@given(plans())
def test_the_shape_is_kept_to_two_pixels(plan: Plan) -> None:
    for rung in plan.rungs:
        scale = max(Fraction(rung.width, plan.source.width), Fraction(rung.height, plan.source.height))
        assert abs(plan.source.width * scale - rung.width) < 2 * max(1, Fraction(plan.source.width, plan.source.height))
        assert abs(plan.source.height * scale - rung.height) < 2 * max(1, Fraction(plan.source.height, plan.source.width))


@QUICK
@given(plans())
def test_groups_of_pictures_end_together(plan: Plan) -> None:
    assert {rung.gop / rung.fps for rung in plan.rungs} == {plan.gop_duration}
    assert plan.segment_duration % plan.gop_duration == 0
    for rung in plan.rungs:
        halvings = plan.source.fps / rung.fps
        assert halvings.denominator == 1
        assert halvings.numerator & (halvings.numerator - 1) == 0, "a power of two"


@QUICK
@given(plans())
def test_every_device_still_plays_something(plan: Plan) -> None:
    for device in plan.ladder.devices:
        assert any(device.plays(rung.rendition, plan.ladder.protection) for rung in plan.rungs), device.name
    names = [rung.name for rung in plan.rungs]
    assert names == [rung.name for rung in plan.ladder.renditions if rung.name in names], "the ladder's order, none twice"


@QUICK
@given(plans(), st.integers(1, 3))
def test_a_larger_source_keeps_every_rung(plan: Plan, factor: int) -> None:
    source = plan.source
    larger = for_source(plan.ladder, source.width * factor, source.height * factor, source.fps, source.channels)
    assert {rung.name for rung in plan.rungs} <= {rung.name for rung in larger.rungs}


@QUICK
@given(plans())
def test_audio_is_never_made_up(plan: Plan) -> None:
    assert all(track.channels <= max(2, plan.source.channels) for track in plan.audio)
    assert bool(plan.audio) == bool(plan.ladder.audio and plan.source.channels)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_every_plan_gives_settings_that_the_services_take(plan: Plan) -> None:
    speke = Speke(url="https://keys.example.com/speke", resource_id="film-v1") if plan.ladder.protection else None
    job = Job(
        master="s3://in/masters/film.mov", destination="s3://out/film/v1/index", captions={"en": "s3://in/masters/en.vtt"}, speke=speke
    )
    made = job_settings(plan, job)
    assert check("mediaconvert", "JobSettings", made) == []
    assert judge_job(made, source=(plan.source.width, plan.source.height)) == {}
    assert check("medialive", "EncoderSettings", encoder_settings(plan, Channel(destination="package"))) == []


TOPS = [
    # width, height, fps → names of the highest rungs and their sizes
    ((3840, 2160, 60), {"avc-1080p-7000k": (1920, 1080), "hevc-2160p-15000k": (3840, 2160), "av1-2160p-12000k": (3840, 2160)}),
    ((1920, 1080, 25), {"avc-1080p-7000k": (1920, 1080), "hevc-1080p-4800k": (1920, 1080), "av1-1080p-3800k": (1920, 1080)}),
    ((1920, 804, 24), {"avc-1080p-7000k": (1920, 804), "hevc-1080p-4800k": (1920, 804), "av1-1080p-3800k": (1920, 804)}),
    ((1080, 1920, 30), {"avc-1080p-7000k": (1080, 1920), "hevc-1080p-4800k": (1080, 1920), "av1-1080p-3800k": (1080, 1920)}),
    ((1279, 719, 30), {"avc-540p-2000k": (960, 538), "hevc-540p-1400k": (960, 538), "av1-540p-1100k": (960, 538)}),
    ((640, 360, 30), {"avc-360p-700k": (640, 360), "av1-360p-450k": (640, 360)}),
    ((320, 180, 30), {"avc-234p-300k": (320, 180)}),
]


@pytest.mark.parametrize(("source", "tops"), TOPS)
def test_tops(source: tuple[int, int, int], tops: dict[str, tuple[int, int]]) -> None:
    plan = for_source(DEFAULT, source[0], source[1], Fraction(source[2]))
    highest = {rung.rendition.codec: rung for rung in plan.rungs}
    assert {rung.name: (rung.width, rung.height) for rung in highest.values()} == tops


def test_rates_are_halved_to_the_cap_and_groups_counted_in_frames() -> None:
    plan = for_source(DEFAULT, 1920, 1080, Fraction(60000, 1001))
    by_height = {rung.height: (rung.fps, rung.gop) for rung in plan.rungs if rung.rendition.codec == "avc"}
    assert by_height[360] == (Fraction(30000, 1001), 60)
    assert by_height[1080] == (Fraction(60000, 1001), 120)
    assert float(plan.segment_duration) == pytest.approx(6.006)
    assert segment_length(plan) == 6


def test_a_device_that_the_source_leaves_with_nothing_gets_its_lowest_at_the_source_size() -> None:
    plan = for_source(HEVC_ONLY, 640, 480, Fraction(25))
    assert [(rung.name, rung.width, rung.height) for rung in plan.rungs] == [("hevc-540p-1400k", 640, 480)]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ((48, 48, 25), "below 64 pixels"),
        ((3000, 500, 25), "beyond 5:1"),
        ((1920, 1080, 1000), "outside 1 to 240"),
        ((1920, 1080, 0), "outside 1 to 240"),
    ],
)
def test_a_source_that_nobody_could_encode(source: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        for_source(DEFAULT, source[0], source[1], Fraction(source[2]))


def test_segments_that_whole_seconds_cannot_express() -> None:
    ladder = replace(DEFAULT, segmenting=Segmenting(seconds=Fraction(5, 2), gop_seconds=Fraction(1, 2)))
    with pytest.raises(ValueError, match="MediaConvert takes whole seconds; choose whole seconds or longer groups"):
        segment_length(for_source(ladder, 1920, 1080, Fraction(30)))


def test_protection_and_key_provider_come_together() -> None:
    job = Job(master="s3://in/film.mov", destination="s3://out/index", captions={"en": "s3://in/en.vtt"})
    with pytest.raises(ValueError, match="clear by mistake"):
        job_settings(for_source(DEFAULT, 640, 360, Fraction(25)), job)
    clear = for_source(replace(DEFAULT, protection=None), 640, 360, Fraction(25))
    assert "Encryption" not in str(job_settings(clear, job))
    with pytest.raises(ValueError, match="no file for en"):
        job_settings(clear, replace(job, captions=cast("dict[str, str]", {})))
