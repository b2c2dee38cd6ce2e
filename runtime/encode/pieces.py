"""The pieces of an encode, each made by one run of ffmpeg: the chunks of the picture, and what is not cut."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from marquee.domain.ladder import ffmpeg
from marquee.domain.ladder.chunks import BatchPlan, Chunk
from marquee.domain.ladder.plan import Plan
from marquee.domain.ladder.thumbnails import SHEET
from runtime.encode.checkpoints import Checkpoint, Checkpoints, Piece
from runtime.encode.source import SOURCE, Master
from runtime.encode.tools import BadMediaError, decode, pictures


@dataclass(frozen=True, kw_only=True)
class Making:
    """One run of ffmpeg."""

    piece: Piece
    arguments: tuple[str, ...]
    """The master is `SOURCE`, targets are names in the working folder."""
    optional: bool = False
    """Whether it may come out empty: a chunk behind the last picture of a title whose sound is longer."""


def chunk(batch: BatchPlan, plan: Plan, cut: Chunk) -> Making:
    """A chunk in every rung."""
    wanted = {f"{rung.name}.mp4": ffmpeg.of_rung(plan, rung) for rung in plan.rungs}
    arguments = ffmpeg.pieces(wanted, SOURCE, fps=plan.source.fps, start=cut.start, frames=cut.frames, ends=plan.source.picture_ends)
    return _making(batch, cut.name, arguments, optional=cut.index > 0)


def uncut(batch: BatchPlan, plan: Plan) -> Iterator[Making]:
    """Sound, whose frames do not end where segments do; trick play and thumbnails, which count by seconds."""
    for track in plan.audio:
        yield _making(batch, track.name, ffmpeg.audio(ffmpeg.of_track(track, plan.source.fill_until), SOURCE, f"{track.name}.mp4"))
    trick = plan.ladder.trick_play
    if trick:
        yield _making(batch, trick.name, ffmpeg.trick_play_arguments(plan, SOURCE, f"{trick.name}.mp4"))
    if plan.ladder.thumbnails:
        yield _making(batch, "thumbnails", ffmpeg.thumbnail_arguments(plan, SOURCE, SHEET))


def make(making: Making, checkpoints: Checkpoints, master: Master) -> Checkpoint:
    """Make the piece unless it is made. BadMediaError if the master cannot be decoded."""

    def run(folder: Path) -> Mapping[str, int]:
        try:
            decode(master.reading(making.arguments), folder)
        except BadMediaError:
            master.check()
            raise
        master.check()
        counted = {path.name: pictures(path) if path.suffix == ".mp4" else 0 for path in sorted(folder.iterdir())}
        empty = [name for name in counted if (folder / name).stat().st_size == 0 or (making.optional and not counted[name])]
        for name in empty:
            (folder / name).unlink()
        if not making.optional and (empty or not counted):
            raise BadMediaError("it has a stream that holds nothing")
        return counted

    return checkpoints.make(making.piece, run)


def _making(batch: BatchPlan, name: str, arguments: list[str], *, optional: bool = False) -> Making:
    master = batch.job.master
    recipe = (master.bucket, master.key, master.version_id or "", *arguments)
    return Making(piece=Piece(name=name, recipe=recipe), arguments=tuple(arguments), optional=optional)
