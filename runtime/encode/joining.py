"""Chunks into one stream, bit for bit: no picture is encoded again, and the joint is checked."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from marquee.domain.ladder.chunks import Chunk
from marquee.domain.ladder.opening import QUIET
from marquee.domain.ladder.plan import Plan, Rung
from runtime.encode.checkpoints import Checkpoint
from runtime.encode.tools import BadMediaError, InfrastructureError, run, streams


def length(plan: Plan, chunks: Sequence[Chunk], made: Mapping[int, Checkpoint]) -> Fraction:
    """Seconds of the picture. The title may end before its container said, and nowhere else may a picture be missing.

    BadMediaError if the picture stops and goes on, or the rungs end apart.
    """
    lengths: set[Fraction] = set()
    for rung in plan.rungs:
        step = int(plan.source.fps / rung.fps)
        found = [made[chunk.index].pictures(f"{rung.name}.mp4") for chunk in chunks]
        wanted = [-(-chunk.frames // step) for chunk in chunks]
        ended = next((index for index, (one, all_) in enumerate(zip(found, wanted, strict=True)) if one < all_), len(chunks))
        if any(found[ended + 1 :]) or any(one > all_ for one, all_ in zip(found, wanted, strict=True)):
            raise BadMediaError(f"its picture stops {float(chunks[ended].start):g} s into the title and goes on later")
        lengths.add(Fraction(sum(found)) / rung.fps)
    if max(lengths) - min(lengths) > 1 / plan.lowest_fps:
        raise BadMediaError("its picture ends at different times in different renditions")
    return max(lengths)


def join(rung: Rung, chunks: Sequence[Chunk], made: Mapping[int, Checkpoint], folder: Path) -> None:
    """Write `<rung>.mp4` in `folder`, out of `<chunk>-<rung>.mp4` there, which are removed.

    Durations are stated, each rounded so that their sum is right: the last picture of a file has none of its own.
    InfrastructureError if the parts are not of one kind or a picture is missing afterwards.
    """
    parts: list[tuple[Path, int]] = []
    for chunk in chunks:
        count = made[chunk.index].pictures(f"{rung.name}.mp4")
        if count:
            parts.append((folder / f"{chunk.name}-{rung.name}.mp4", count))
    kinds = {_kind(path) for path, _ in parts}
    if len(kinds) != 1:
        raise InfrastructureError(f"{rung.name}: its chunks have {len(kinds)} kinds of codec parameters and cannot be one stream")
    lines, before = ["ffconcat version 1.0"], 0
    for path, count in parts:
        start, before = _microseconds(before, rung), before + count
        lines += [f"file {path.name}", f"duration {_microseconds(before, rung) - start}us"]
    listing, target = folder / f"{rung.name}.txt", folder / f"{rung.name}.mp4"
    listing.write_text("\n".join(lines) + "\n")
    copied = ["-map", "0:v:0", "-c", "copy", "-tag:v", _TAGS[rung.rendition.codec], "-movflags", "+faststart", "-f", "mp4", target.name]
    run("ffmpeg", [*QUIET, "-protocol_whitelist", "file", "-f", "concat", "-i", listing.name, *copied], folder)
    found = int(streams(target)[0]["nb_read_packets"])
    if found != before:
        raise InfrastructureError(f"{rung.name}: {found} pictures after joining {before}")
    for path in (listing, *(path for path, _ in parts)):
        path.unlink()


_TAGS = {"avc": "avc1", "hevc": "hvc1", "av1": "av01"}


def _kind(path: Path) -> tuple[str, ...]:
    """What must be the same for one decoder configuration to do for all parts."""
    stream = streams(path)[0]
    return tuple(str(stream.get(name)) for name in ("codec_name", "width", "height", "time_base", "extradata_hash"))


def _microseconds(count: int, rung: Rung) -> int:
    return round(count / rung.fps * 1_000_000)
