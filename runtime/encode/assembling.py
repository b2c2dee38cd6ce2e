"""The last job: joins the chunks, asks for the keys, encrypts and packages, and puts the renditions into their place."""

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Final

from marquee.domain import titles
from marquee.domain.ladder import packager, transport
from marquee.domain.ladder.chunks import Chunk
from marquee.domain.ladder.manifests import with_accessibility, with_audio_only, with_closed_captions
from marquee.domain.ladder.plan import Plan
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
    ".ts": "video/mp2t",
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
    encoded, package, thumbnails = place / "encoded", place / "package", place / "thumbnails"
    for folder in (encoded, package, thumbnails):
        folder.mkdir()
    cuts = context.batch.chunks()
    made = _chunks(context, cuts)
    seconds = joining.length(context.plan, cuts, made)
    if not seconds:
        raise BadMediaError("it has no picture")
    _join(context, cuts, made, encoded)
    _uncut(context, encoded, thumbnails)
    say("joined", seconds=float(seconds))
    _captions(context, encoded)
    encrypted = _cut(context.plan, encoded, package) if context.plan.ladder.container == "ts" else _encrypt(context, encoded, package)
    if context.plan.ladder.thumbnails:
        (thumbnails / titles.THUMBNAILS).write_text(webvtt(context.plan, seconds))
    sent = _upload(context, {thumbnails: context.batch.job.served, package: context.batch.job.prefix})
    return sent | {"seconds": str(Fraction(seconds)), "encrypted": encrypted}


def _encrypt(context: Context, encoded: Path, package: Path) -> list[str]:
    """CMAF with both manifests; answers the labels whose keys it is under."""
    keys = content_keys(context.batch.job, context.session)
    arguments = packager.arguments(context.plan, packager.Folder(encoded=encoded, package=package), keys)
    run("packager", arguments, package, secrets=[key.key for key in keys.values()])
    master = package / titles.HLS_MANIFEST
    master.write_text(with_audio_only(with_closed_captions(master.read_text(), context.plan), context.plan))
    mpd = package / titles.DASH_MANIFEST
    mpd.write_text(with_accessibility(mpd.read_text(), context.plan))
    return sorted(keys)


def _cut(plan: Plan, encoded: Path, package: Path) -> list[str]:
    """Transport streams and their playlists, under no key."""
    wanted = transport.of_plan(plan, encoded, package)
    for track in wanted.tracks:
        (package / track.segments).mkdir()
    for track in (*wanted.pictures, *wanted.sounds):
        run("ffmpeg", transport.cut(wanted, track), package)
    if wanted.texts:
        run("packager", transport.cut_texts(wanted), package)
    playlists = {path.name: path.read_text() for path in package.glob("*.m3u8")}
    sizes = {path.relative_to(package).as_posix(): path.stat().st_size for path in package.rglob("*.ts")}
    (package / titles.HLS_MANIFEST).write_text(with_closed_captions(transport.master(wanted, playlists, sizes), plan))
    return []


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


def _uncut(context: Context, encoded: Path, thumbnails: Path) -> None:
    for making in pieces.uncut(context.batch, context.plan):
        checkpoint = context.checkpoints.find(making.piece)
        if checkpoint is None:
            raise InfrastructureError(f"{making.piece.name} is not there")
        context.checkpoints.fetch(making.piece, checkpoint, thumbnails if making.piece.name == "thumbnails" else encoded)


def _captions(context: Context, encoded: Path) -> None:
    for caption in context.batch.job.captions:
        if caption.source is not None:
            found = caption.source
            extra = {"VersionId": found.version_id} if found.version_id else None
            context.objects.client.download_file(found.bucket, found.key, str(encoded / f"{caption.track.name}.vtt"), ExtraArgs=extra)


def _upload(context: Context, folders: Mapping[Path, str]) -> dict[str, object]:
    """Folders, each below its prefix. Manifests last: what they name is there when they are."""
    files = {path: prefix + path.relative_to(folder).as_posix() for folder, prefix in folders.items() for path in _files(folder)}
    manifests = {path for path in files if path.suffix in {".m3u8", ".mpd"}}

    def send(path: Path) -> int:
        headers = {"ContentType": _TYPES[path.suffix], "CacheControl": "public, max-age=31536000, immutable"}
        context.objects.upload(path, context.batch.job.bucket, files[path], headers=headers)
        return path.stat().st_size

    with ThreadPoolExecutor(_UPLOADS) as pool:
        sent = sum(pool.map(send, [path for path in files if path not in manifests]))
        sent += sum(pool.map(send, sorted(manifests)))
    return {"files": len(files), "bytes": sent}


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
