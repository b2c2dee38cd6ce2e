"""The last job: joins the chunks, asks for the keys, encrypts and packages, and puts the renditions into their place."""

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Final

from marquee.domain import titles
from marquee.domain.ladder import packager
from marquee.domain.ladder.chunks import Chunk
from marquee.domain.ladder.manifests import with_accessibility, with_audio_only, with_closed_captions
from marquee.domain.ladder.thumbnails import webvtt
from runtime.encode import joining, pieces
from runtime.encode.checkpoints import Checkpoint
from runtime.encode.encoding import Context
from runtime.encode.keys import content_keys
from runtime.encode.tools import BadMediaError, InfrastructureError, run

RESULT: Final = "result.json"
"""Written last, below the plan's prefix. Its metadata `encoded` (`true`, `false`) and `detail` are what the workflow reads."""

_TYPES: Final = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".mp4": "video/mp4",
    ".m4s": "video/iso.segment",
    ".vtt": "text/vtt",
    ".jpg": "image/jpeg",
}
_UPLOADS: Final = 8  # at a time


def assemble(context: Context, say: Callable[..., None]) -> None:
    """Package the title, or say that its master is at fault. A second run after a finished one changes nothing."""
    batch = context.batch
    earlier = context.objects.json(batch.bucket, f"{batch.prefix}{RESULT}")
    if earlier is not None and earlier["encoded"]:
        say("skipped", result=earlier)
        return
    value = _faulty(fault) if (fault := context.fault()) else _packaged(context, say)
    metadata = {"encoded": str(value["encoded"]).lower(), "detail": str(value["detail"]).encode("ascii", "replace").decode()}
    context.objects.put_json(batch.bucket, f"{batch.prefix}{RESULT}", value, metadata)
    say("result", **value)


def _faulty(detail: str) -> dict[str, object]:
    return {"encoded": False, "detail": detail}


def _packaged(context: Context, say: Callable[..., None]) -> dict[str, object]:
    try:
        with tempfile.TemporaryDirectory() as place:
            return {"encoded": True, "detail": "", **_package(context, Path(place), say)}
    except BadMediaError as error:
        return _faulty(str(error))


def _package(context: Context, place: Path, say: Callable[..., None]) -> dict[str, object]:
    folder = packager.Folder(encoded=place / "encoded", package=place / "package")
    encoded, package = Path(folder.encoded), Path(folder.package)
    encoded.mkdir()
    package.mkdir()
    cuts = context.batch.chunks()
    made = _chunks(context, cuts)
    seconds = joining.length(context.plan, cuts, made)
    if not seconds:
        raise BadMediaError("it has no picture")
    _join(context, cuts, made, encoded)
    _uncut(context, encoded, package)
    say("joined", seconds=float(seconds))
    _captions(context, encoded)
    keys = content_keys(context.batch.job, context.session)
    run("packager", packager.arguments(context.plan, folder, keys), place, secrets=[key.key for key in keys.values()])
    master = package / titles.HLS_MANIFEST
    master.write_text(with_audio_only(with_closed_captions(master.read_text(), context.plan), context.plan))
    mpd = package / titles.DASH_MANIFEST
    mpd.write_text(with_accessibility(mpd.read_text(), context.plan))
    if context.plan.ladder.thumbnails:
        (package / titles.THUMBNAILS).write_text(webvtt(context.plan, seconds))
    return _upload(context, package) | {"seconds": str(Fraction(seconds)), "encrypted": sorted(keys)}


def _chunks(context: Context, cuts: tuple[Chunk, ...]) -> dict[int, Checkpoint]:
    found = {cut.index: context.checkpoints.find(pieces.chunk(context.batch, context.plan, cut).piece) for cut in cuts}
    missing = [str(index) for index, checkpoint in found.items() if checkpoint is None]
    if missing:
        raise InfrastructureError(f"chunks {', '.join(missing)} are not there")
    return {index: checkpoint for index, checkpoint in found.items() if checkpoint is not None}


def _join(context: Context, cuts: tuple[Chunk, ...], made: Mapping[int, Checkpoint], encoded: Path) -> None:
    for cut in cuts:
        piece = pieces.chunk(context.batch, context.plan, cut).piece
        for path in context.checkpoints.fetch(piece, made[cut.index], encoded):
            path.rename(encoded / f"{cut.name}-{path.name}")
    for rung in context.plan.rungs:
        joining.join(rung, cuts, made, encoded)


def _uncut(context: Context, encoded: Path, package: Path) -> None:
    for making in pieces.uncut(context.batch, context.plan):
        checkpoint = context.checkpoints.find(making.piece)
        if checkpoint is None:
            raise InfrastructureError(f"{making.piece.name} is not there")
        context.checkpoints.fetch(making.piece, checkpoint, package if making.piece.name == "thumbnails" else encoded)


def _captions(context: Context, encoded: Path) -> None:
    for caption in context.batch.job.captions:
        if caption.source is not None:
            found = caption.source
            extra = {"VersionId": found.version_id} if found.version_id else None
            context.objects.client.download_file(found.bucket, found.key, str(encoded / f"{caption.track.name}.vtt"), ExtraArgs=extra)


def _upload(context: Context, package: Path) -> dict[str, object]:
    """Manifests last: what they name is there when they are."""
    job = context.batch.job
    files = [path for path in package.rglob("*") if path.is_file()]
    manifests = {path for path in files if path.suffix in {".m3u8", ".mpd"}}

    def send(path: Path) -> int:
        key = f"{job.prefix}{path.relative_to(package).as_posix()}"
        headers = {"ContentType": _TYPES[path.suffix], "CacheControl": "public, max-age=31536000, immutable"}
        context.objects.upload(path, job.bucket, key, headers=headers)
        return path.stat().st_size

    with ThreadPoolExecutor(_UPLOADS) as pool:
        sent = sum(pool.map(send, [path for path in files if path not in manifests]))
        sent += sum(pool.map(send, sorted(manifests)))
    return {"files": len(files), "bytes": sent}
