"""Whether renditions are what the catalogue says: nothing plays without its key, and all of it plays with it."""

import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from marquee.cli._renditions import Renditions, Stream
from marquee.cli._tools import plays
from marquee.domain.ladder.drm import KeyLabel
from marquee.errors import MarqueeError


@dataclass(frozen=True, kw_only=True)
class Checked:
    """One stream, decoded from its first segment to its last."""

    name: str
    label: KeyLabel | None
    manifests: tuple[str, ...]
    problem: str
    """Empty if it is as it should be."""


def check_streams(renditions: Renditions, keys: Mapping[KeyLabel, str]) -> list[Checked]:
    """Decode every stream of both manifests. An encrypted one must fail without its key, in its first segment already, and play with it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)

        def check(numbered: tuple[int, Stream]) -> Checked:
            number, stream = numbered
            whole = renditions.fetch(stream, stream.segments, folder / f"{number}.mp4")
            first = renditions.fetch(stream, stream.segments[:1], folder / f"{number}-first.mp4")
            problem = _problem(stream, first, whole, keys)
            return Checked(name=stream.name, label=stream.label, manifests=stream.manifests, problem=problem)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(check, enumerate(renditions.streams())))


def require_protected(checked: Sequence[Checked], *, encrypted: bool) -> None:
    """MarqueeError that lists what is wrong, or if a stream is clear that should not be."""
    wrong = [f"{one.name}: {one.problem}" for one in checked if one.problem]
    wrong += [f"{one.name}: it is clear" for one in checked if encrypted and one.label is None]
    wrong += [f"nothing is listed by {manifest}" for manifest in ("HLS", "DASH") if not any(manifest in one.manifests for one in checked)]
    if wrong:
        raise MarqueeError(f"the renditions are not as they should be: {'; '.join(wrong)}")


def _problem(stream: Stream, first: Path, whole: Path, keys: Mapping[KeyLabel, str]) -> str:
    if stream.label is None:
        return "" if plays(whole) else "it does not play, though it is clear"
    if plays(first):
        return "its first segment plays without a key"
    if plays(whole):
        return "it plays without a key"
    key = keys.get(stream.label)
    if key is None:
        return f"there is no key for {stream.label}"
    return "" if plays(whole, key) else "it does not play with its key"
