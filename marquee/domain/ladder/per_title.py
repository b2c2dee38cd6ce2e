"""Which rungs a title needs, from a few measured encodes of it: the cheapest that look as good, never above the ladder's.

At most nine encodes of a short clip in AVC give, for up to three sizes, quality (VMAF, 0 to 100) over the ceiling of the bitrate. Each is
an encode that a rung could be: the ladder's quality under its own ceiling, then under two that bind. The best size at each ceiling is the
upper hull of these curves. The chosen rungs walk down the hull from the bitrate at which more would not be seen, in steps
that a player can feel. Sizes above the clip's, and the other codecs, are not measured: their ceilings shrink by the share that the
largest measured size of at most theirs needs. The hull is that of per-title encoding (Netflix, 2015); the walk down it is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, exp, log, sqrt
from typing import Final

from marquee.domain.ladder.ffmpeg import Video, of_rung
from marquee.domain.ladder.plan import Plan, Rung

MOST_PROBES: Final = 9
MOST_SECONDS: Final = 4
"""Of the clip, all its windows together."""
LARGEST: Final = 720
"""Lines of the largest size that is measured unless asked for more: an encode of 1080p costs as much as those of all smaller ones."""
TARGET: Final = 95.0
"""VMAF above which a viewer sees no difference to the master from a sofa."""

_SIZES: Final = 3
_NEXT_SIZE: Final = 0.76  # of the lines of the size above: 720, 540, 360
_LOWER: Final = (0.6, 0.35)
"""Further ceilings, as shares of the bitrate that the rung took under its own."""
_PEAK: Final = 1.5
"""A ceiling this far above the mean bitrate does not bind: key frames and hard seconds fit below it."""
_HEADROOM: Final = 1.2
"""Of a chosen ceiling over the measured one: in a clip as short as ours the buffer, full at first, flatters the picture."""
_STEP: Final = 1.8
"""A rung's bitrate over the next lower one's. Apple's HLS Authoring Specification asks for 1.5 to 2."""
_CLOSEST: Final = 1.25
"""Of two ceilings of one codec that are nearer than this, one is enough."""
_UNSEEN: Final = 0.5  # VMAF
_LEAST_SHARE: Final = 0.2
_LEAST_KBPS: Final = 100  # what a rendition may have


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One encode to measure: a rung of the ladder, or the same under a lower ceiling."""

    lines: int
    """Height of the rung's box; names the size."""
    video: Video

    @property
    def name(self) -> str:
        """`720p-4000k`."""
        return f"{self.lines}p-{self.video.max_kbps}k"

    def point(self, kbps: float, vmaf: float) -> "Point":
        """What was measured of it; `kbps` is the mean bitrate."""
        return Point(lines=self.lines, ceiling=min(self.video.max_kbps, max(1.0, kbps) * _PEAK), kbps=kbps, vmaf=vmaf)

    def lower(self, kbps: float) -> tuple["Probe", ...]:
        """The further probes of a size whose rung took `kbps` under its own ceiling."""
        ceilings = dict.fromkeys(max(_LEAST_KBPS, round(min(kbps, self.video.max_kbps) * share)) for share in _LOWER)
        return tuple(replace(self, video=replace(self.video, max_kbps=kbps)) for kbps in ceilings if kbps < self.video.max_kbps)


@dataclass(frozen=True, kw_only=True)
class Point:
    """A measured probe."""

    lines: int
    ceiling: float
    """Kbit/s that gives this score; below the probe's own where that did not bind."""
    kbps: float
    """Mean."""
    vmaf: float


@dataclass(frozen=True, kw_only=True)
class Step:
    """A chosen rung that was measured."""

    name: str
    kbps: int
    vmaf: float
    """Expected."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The rungs of a title."""

    rungs: tuple[str, ...]
    """Names as `EncodeJob.rungs` takes them."""
    steps: tuple[Step, ...]
    """The measured part, from the best down."""


def probes(plan: Plan, largest: int = LARGEST) -> tuple[Probe, ...]:
    """What to encode of this source first: the rungs of up to three sizes, of at most `largest` lines. `Probe.lower` gives the rest."""
    sizes: list[Rung] = []
    for rung in reversed(_avc(plan)):
        lines = rung.rendition.height
        if lines <= largest and len(sizes) < _SIZES and (not sizes or lines <= sizes[-1].rendition.height * _NEXT_SIZE):
            sizes.append(rung)
    return tuple(Probe(lines=rung.rendition.height, video=_probe(plan, rung)) for rung in sizes or _avc(plan)[:1])


def choose(plan: Plan, points: Sequence[Point], target: float = TARGET) -> Choice:
    """The rungs for the plan's source by what was measured of it. ValueError without a point."""
    if not points:
        raise ValueError("per title: nothing was measured; encode the probes first, or encode the whole ladder")
    curves = {lines: _Curve([point for point in points if point.lines == lines]) for lines in {point.lines for point in points}}
    caps = {rung.rendition.height: rung.rendition.max_kbps for rung in _avc(plan)}
    if all(curve.at(caps[lines]) is None for lines, curve in curves.items()):  # harder than the ladder allows for: nothing to save
        return Choice(rungs=tuple(rung.name for rung in plan.rungs), steps=())
    steps = _walk(curves, caps, target)
    largest = max(curves)
    rest = [rung for rung in plan.rungs if rung.rendition.codec != "avc" or rung.rendition.height > largest]
    shares = {lines: _share(curve, caps[lines], target) for lines, curve in curves.items()}
    names = [step.name for step in steps] + [_shrunk(rung, plan, shares, above=steps[0].kbps * _CLOSEST) for rung in rest]
    return Choice(rungs=tuple(_thinned(names)), steps=tuple(step for step in steps if step.vmaf))


def _avc(plan: Plan) -> list[Rung]:
    """The one codec that every source has rungs of, and the fastest."""
    return [rung for rung in plan.rungs if rung.rendition.codec == "avc"]


def _probe(plan: Plan, rung: Rung) -> Video:
    """All at the slowest rung's rate, so that one reference serves them all."""
    return replace(of_rung(plan, rung), fps=plan.lowest_fps, gop=round(plan.gop_duration * plan.lowest_fps), cea608=False)


class _Curve:
    """VMAF over the ceiling of one size: straight between its points over the ceiling's logarithm, and never falling."""

    def __init__(self, points: Sequence[Point]):
        best = 0.0
        self._points: list[tuple[float, float]] = []
        for point in sorted(points, key=lambda point: point.ceiling):
            best = max(best, point.vmaf)
            self._points.append((log(max(point.ceiling, 1.0)), best))

    def at(self, kbps: float) -> float | None:
        """VMAF; the best measured above the last point, None below the first, where nothing is known."""
        wanted = log(max(kbps, 1.0))
        if wanted < self._points[0][0]:
            return None
        for (x, low), (next_x, high) in pairwise(self._points):
            if wanted < next_x:
                return low + (high - low) * (wanted - x) / (next_x - x)
        return self._points[-1][1]

    def cost(self, vmaf: float) -> float | None:
        """Lowest known ceiling for that VMAF; None if it was not reached."""
        first, reached = self._points[0]
        if vmaf <= reached:
            return exp(first)
        for (x, low), (next_x, high) in pairwise(self._points):
            if vmaf <= high:
                return exp(x + (next_x - x) * (vmaf - low) / (high - low))
        return None


def _walk(curves: dict[int, _Curve], caps: dict[int, int], target: float) -> list[Step]:
    """Down the hull, the picture never growing, to the bitrate of the worst line that the ladder serves."""
    lines, kbps = _top(curves, caps, target)
    least = caps[min(caps)]
    found: list[Step] = []
    for wanted in [*_halvings(kbps, least), *([least] if kbps > least else [])]:
        known = [
            (vmaf, -size) for size, curve in curves.items() if size <= lines and (vmaf := curve.at(min(wanted, caps[size]))) is not None
        ]
        if not known:
            found.append(Step(name=_name("avc", min(caps), least, least), kbps=least, vmaf=0.0))
            break
        vmaf, size = max(known)
        lines = -size
        found.append(Step(name=_name("avc", lines, wanted, caps[lines]), kbps=_rounded(wanted, caps[lines]), vmaf=vmaf))
    return found


def _halvings(kbps: float, least: float) -> list[float]:
    """`kbps` and steps down from it, above `least`; `kbps` alone if it is no more than that."""
    found = [kbps]
    while (kbps := kbps / _STEP) > least:
        found.append(kbps)
    return found


def _top(curves: dict[int, _Curve], caps: dict[int, int], target: float) -> tuple[int, float]:
    """Size and ceiling of the best rung: the cheapest that reaches the target, or all but reaches the best that the ladder allows."""
    best = max(vmaf for size, curve in curves.items() if (vmaf := curve.at(caps[size])) is not None)
    goal = min(target, best - _UNSEEN)
    costs = [(cost, size) for size, curve in curves.items() if (cost := curve.cost(goal)) is not None and cost <= caps[size]]
    kbps, size = min(costs)
    # Below the ladder's least ceiling there is no line that would gain.
    return size, min(max(kbps * _HEADROOM, caps[min(caps)]), caps[size])


def _share(curve: _Curve, cap: int, target: float) -> float:
    """Of its ceiling, what a measured size needs for the target, or for all but the best that it reaches."""
    reached = curve.at(cap)
    needed = None if reached is None else curve.cost(min(target, reached - _UNSEEN))
    return 1.0 if needed is None else _HEADROOM * needed / cap


def _shrunk(rung: Rung, plan: Plan, shares: dict[int, float], *, above: float) -> str:
    """An unmeasured rung's name, by the share of the nearest measured size. In the measured codec it stays above what was measured."""
    rendition = rung.rendition
    nearest = max((lines for lines in shares if lines <= rendition.height), default=min(shares))
    # Twice the pictures a second cost less than twice the bits: they differ less from each other.
    share = min(1.0, max(_LEAST_SHARE, shares[nearest] * sqrt(rung.fps / plan.lowest_fps)))
    kbps = max(rendition.max_kbps * share, above if rendition.codec == "avc" else 0)
    return _name(rendition.codec, rendition.height, kbps, rendition.max_kbps)


def _thinned(names: Sequence[str]) -> list[str]:
    """Each codec's rungs from the largest picture down, the bitrate falling by a step that can be felt; its least bitrate stays."""
    kept: list[str] = []
    for codec in dict.fromkeys(name.partition("-")[0] for name in names):
        first, *rest = sorted(
            {name for name in names if name.startswith(f"{codec}-")}, key=lambda name: (_lines(name), _kbps(name)), reverse=True
        )
        chosen = [first]
        for name in rest:
            if _kbps(name) * _CLOSEST <= _kbps(chosen[-1]):
                chosen.append(name)
        least = min([first, *rest], key=lambda name: (_kbps(name), -_lines(name)))
        if _kbps(least) < _kbps(chosen[-1]):
            chosen = [*chosen[: max(1, len(chosen) - 1)], least]
        kept += chosen
    return kept


def _lines(name: str) -> int:
    return int(name.split("-")[1][:-1])


def _name(codec: str, lines: int, kbps: float, cap: int) -> str:
    return f"{codec}-{lines}p-{_rounded(kbps, cap)}k"


def _rounded(kbps: float, cap: int) -> int:
    """Up to tens, within what a rendition may have."""
    return min(cap, max(_LEAST_KBPS, ceil(kbps / 10) * 10))


def _kbps(name: str) -> int:
    return int(name.rpartition("-")[2][:-1])
