"""Rungs chosen for a title: never above the ladder, and cheaper where less will do. The measuring itself is in test_analyse.py."""

from fractions import Fraction

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from marquee.domain.ladder import per_title
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.per_title import Point, choose, probes
from marquee.domain.ladder.plan import Plan, for_source


def plan_of(width: int = 1920, height: int = 1080, fps: Fraction = Fraction(25)) -> Plan:
    return for_source(default_ladder(), width, height, fps)


def kbps_of(name: str) -> int:
    return int(name.rpartition("-")[2][:-1])


def points(plan: Plan, share: float, best: float) -> list[Point]:
    """A title that needs `share` of the ceilings for what it looks like, at most `best`."""
    loss = {720: 0, 540: 7, 432: 11, 360: 18, 234: 32}
    found: list[Point] = []
    for probe in probes(plan):
        kbps = probe.video.max_kbps * share
        found.append(probe.point(kbps, best - loss[probe.lines]))
        for lower, worse in zip(probe.lower(kbps), (4, 11), strict=False):
            found.append(lower.point(lower.video.max_kbps, best - loss[probe.lines] - worse))
    return found


class TestProbes:
    def test_three_sizes_up_to_720_lines_in_avc_as_the_ladder_has_them(self) -> None:
        found = probes(plan_of())
        assert [probe.name for probe in found] == ["720p-4000k", "540p-2000k", "360p-700k"]
        assert {probe.video.codec for probe in found} == {"avc"}

    def test_two_more_of_each_size_whose_ceilings_bind(self) -> None:
        first = probes(plan_of())[0]
        assert [probe.name for probe in first.lower(kbps=1000)] == ["720p-600k", "720p-350k"]
        assert [probe.name for probe in first.lower(kbps=9000)] == ["720p-2400k", "720p-1400k"]
        assert [probe.name for probe in first.lower(kbps=1)] == ["720p-100k"]

    def test_a_ceiling_that_did_not_bind_counts_for_no_more_than_it_took(self) -> None:
        first = probes(plan_of())[0]
        assert first.point(1000, 95).ceiling == 1500
        assert first.point(3900, 95).ceiling == 4000

    def test_a_larger_size_only_if_it_is_asked_for(self) -> None:
        assert max(probe.lines for probe in probes(plan_of(), largest=1080)) == 1080

    @pytest.mark.parametrize("fps", [24, 25, 30, 50, 60])
    @pytest.mark.parametrize("size", [(320, 180), (640, 360), (1280, 720), (3840, 2160), (1080, 1920), (640, 480)])
    def test_never_more_than_nine_and_all_at_one_rate(self, size: tuple[int, int], fps: int) -> None:
        first = probes(plan_of(*size, fps=Fraction(fps)))
        found = [*first, *(lower for probe in first for lower in probe.lower(probe.video.max_kbps))]
        assert 1 <= len(found) <= per_title.MOST_PROBES
        assert len({probe.video.fps for probe in found}) == 1
        assert len({probe.name for probe in found}) == len(found)


class TestChoice:
    def test_an_easy_title_gets_less_and_the_larger_picture_at_a_bitrate(self) -> None:
        plan = plan_of()
        found = choose(plan, points(plan, share=0.2, best=98))
        assert sum(map(kbps_of, found.rungs)) < 0.5 * sum(rung.rendition.max_kbps for rung in plan.rungs)
        assert len(found.rungs) < len(plan.rungs)
        assert found.steps[0].vmaf >= per_title.TARGET
        assert all(step.name.startswith("avc-720p") for step in found.steps[:2])

    def test_a_title_that_is_harder_than_the_ladder_allows_for_gets_all_of_it(self) -> None:
        plan = plan_of()
        measured = [Point(lines=probe.lines, ceiling=probe.video.max_kbps * 1.1, kbps=9000, vmaf=60) for probe in probes(plan)]
        found = choose(plan, measured)
        assert found.rungs == tuple(rung.name for rung in plan.rungs)
        assert found.steps == ()

    def test_a_hard_title_keeps_the_highest_ceilings(self) -> None:
        plan = plan_of()
        found = choose(plan, points(plan, share=1.0, best=85))
        assert kbps_of(found.rungs[0]) > 0.85 * 7000
        assert found.rungs[0].startswith("avc-1080p")

    def test_nothing_measured_is_an_error(self) -> None:
        with pytest.raises(ValueError, match="nothing was measured"):
            choose(plan_of(), [])

    def test_the_best_measured_rung_is_the_cheapest_that_reaches_the_target(self) -> None:
        plan = plan_of(1280, 720)
        curve = [(4000, 99.0), (2000, 95.0), (1000, 88.0)]
        measured = [Point(lines=720, ceiling=ceiling, kbps=ceiling, vmaf=vmaf) for ceiling, vmaf in curve]
        # A fifth more than was measured, for the buffer that a short clip begins with.
        assert choose(plan, measured).rungs[0] == "avc-720p-2400k"
        assert choose(plan, measured, target=88).rungs[0] == "avc-720p-1200k"

    @pytest.mark.slow
    @settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    @given(
        st.sampled_from([(320, 180), (640, 360), (1280, 720), (1920, 1080), (3840, 2160), (1080, 1920)]),
        st.sampled_from([24, 25, 30, 50, 60]),
        st.data(),
    )
    def test_whatever_is_measured_the_choice_is_bounded_by_the_ladder(self, size: tuple[int, int], fps: int, data: st.DataObject) -> None:
        plan = plan_of(*size, fps=Fraction(fps))
        measured: list[Point] = []
        for probe in probes(plan):
            kbps = data.draw(st.floats(1, 20_000))
            drawn = [(each, data.draw(st.floats(1, 20_000)), data.draw(st.floats(0, 100))) for each in (probe, *probe.lower(kbps))]
            measured += [each.point(mean, vmaf) for each, mean, vmaf in drawn]
        found = choose(plan, measured)
        source = plan.source
        # The plan refuses a name that is none of its rungs, or is above its rung's bitrate.
        chosen = for_source(plan.ladder, source.width, source.height, source.fps, chosen=found.rungs)
        assert len(chosen.rungs) == len(found.rungs)
        assert {rung.rendition.codec for rung in chosen.rungs} == {rung.rendition.codec for rung in plan.rungs}
        for device in plan.ladder.devices:
            assert any(device.plays(rung.rendition, None) for rung in chosen.rungs)
        least = min(rung.rendition.max_kbps for rung in plan.rungs if rung.rendition.codec == "avc")
        assert min(rung.rendition.max_kbps for rung in chosen.rungs if rung.rendition.codec == "avc") <= least
        for codec in ("avc", "hevc", "av1"):
            by_rate = sorted((rung.rendition for rung in chosen.rungs if rung.rendition.codec == codec), key=lambda rung: rung.max_kbps)
            assert [rung.height for rung in by_rate] == sorted(rung.height for rung in by_rate), found.rungs
