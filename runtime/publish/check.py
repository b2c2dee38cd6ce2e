"""What an encoder made, held against what was planned. Nothing is published of which this finds a problem."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from marquee.domain import titles
from marquee.domain.ladder import manifests
from marquee.domain.ladder.codecs import serves
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.job import EncodeJob
from marquee.domain.ladder.manifests import Picture, differences
from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.publishing import Playback
from runtime.publish import dash, hls, transport
from runtime.publish.found import BadManifestError, Files, Listed, Track, below
from runtime.publish.protection import BrokenMp4Error, encryption, has_clear_samples

MOST_PROBLEMS: Final = 20
"""That are told; the rest is counted."""
_HEAD: Final = 64 * 1024  # bytes of a segment that hold the boxes before its media
_PICTURE: Final = re.compile(r"^(\S+)#xywh=", re.MULTILINE)


@dataclass
class _Found:
    problems: list[str] = field(default_factory=list[str])
    keys: dict[KeyLabel, set[uuid.UUID]] = field(default_factory=dict[KeyLabel, set[uuid.UUID]])


def check(job: EncodeJob, files: Files, served: Files | None = None) -> tuple[list[str], Playback | None]:
    """The problems, or none and what to record. `served`: what lies below `job.served`, where that is another prefix."""
    plan, found, thumbnails = job.plan(), _Found(), served or files
    try:
        listed = {"HLS": hls.read(titles.HLS_MANIFEST, lambda name: _text(files, name))}
        if plan.ladder.container == "cmaf":
            listed["DASH"] = dash.read(_text(files, titles.DASH_MANIFEST))
    except BadManifestError as error:
        return [str(error)], None
    found.problems += _listing_problems(plan, listed, embedded=job.embedded)
    for kind, manifest in listed.items():
        for track in manifest.tracks:
            found.problems += [f"{kind}: {track.name}: {each}" for each in _track_problems(track, job, plan, files)]
            if track.kind in {"video", "audio"}:
                found.problems += [f"{kind}: {track.name}: {each}" for each in _protection_problems(kind, track, job)]
    if plan.ladder.container == "ts":
        found.problems += transport.problems(listed["HLS"], files)
    else:
        for track in _streams(*listed.values()):
            found.problems += [f"{track.name}: {each}" for each in _media_problems(track, job, files, found)]
        found.problems += _key_problems(found)
    found.problems += _thumbnail_problems(thumbnails)
    if found.problems:
        more = len(found.problems) - MOST_PROBLEMS
        return [*found.problems[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])], None
    return [], _playback(job, listed["HLS"], files, thumbnails, found)


def _listing_problems(plan: Plan, listed: Mapping[str, Listed], *, embedded: bool) -> Iterator[str]:
    yield from (f"HLS: {each}" for each in differences(manifests.hls(plan, embedded=embedded), listed["HLS"].manifest))
    if "DASH" in listed:
        found = listed["DASH"].manifest
        # Encoders make DASH's winding stream of what they like; its files and its encryption are looked at on their own.
        yield from (
            f"DASH: {each}" for each in differences(replace(manifests.dash(plan, embedded=embedded), trick_play=found.trick_play), found)
        )


def _thumbnail_problems(files: Files) -> Iterator[str]:
    """A list of pictures is optional; what it names is not."""
    if titles.THUMBNAILS not in files.sizes:
        return
    try:
        named = {below(name) for name in _PICTURE.findall(_text(files, titles.THUMBNAILS))}
    except BadManifestError as error:
        yield f"{titles.THUMBNAILS}: {error}"
        return
    missing = sorted(name for name in named if not files.sizes.get(name))
    if missing:
        yield f"{titles.THUMBNAILS}: {len(missing)} of {len(named)} pictures are missing or empty, {missing[0]} the first"


def _text(files: Files, name: str) -> str:
    if not files.sizes.get(name):
        raise BadManifestError(f"{name} is missing or empty")
    try:
        return files.read(name).decode("utf-8")
    except UnicodeDecodeError:
        raise BadManifestError(f"{name} is no text") from None


def _track_problems(track: Track, job: EncodeJob, plan: Plan, files: Files) -> Iterator[str]:
    names = [*([track.init] if track.init else []), *track.segments]
    missing = [name for name in names if not files.sizes.get(name)]
    if missing:
        yield f"{len(missing)} of {len(names)} files are missing or empty, {missing[0]} the first"
    if track.kind in {"video", "audio"}:
        if (track.init is None) != (plan.ladder.container == "ts"):
            yield "it has no initialisation" if track.init is None else "it has an initialisation, so it is no transport stream"
        if abs(track.seconds - float(job.duration)) > float(plan.segment_duration):
            yield f"it lasts {track.seconds:.3f} s, the master {float(job.duration):.3f} s"


def _protection_problems(kind: str, track: Track, job: EncodeJob) -> Iterator[str]:
    protection = job.protection
    if protection is None:
        if track.scheme or track.systems:
            yield "it is encrypted, and should be clear"
        return
    if track.scheme != protection.scheme:
        yield f"the manifest says {track.scheme or 'nothing'} of its encryption, and it should be {protection.scheme}"
    wanted = set(protection.systems) - ({"fairplay"} if kind == "DASH" else set())  # FairPlay has no DASH
    if wanted - track.systems:
        yield f"the manifest names no key for {', '.join(sorted(wanted - track.systems))}"


def _streams(*listed: Listed) -> Iterator[Track]:
    """Each stream once, trick play's too: HLS and DASH share them."""
    seen = set[str]()
    for each in listed:
        for track in each.of("video", "audio", "trick"):
            if track.init and track.init not in seen:
                seen.add(track.init)
                yield track


def _media_problems(track: Track, job: EncodeJob, files: Files, found: _Found) -> Iterator[str]:
    """The boxes themselves: a manifest may say what it likes."""
    if not (track.init and files.sizes.get(track.init) and track.segments and files.sizes.get(track.segments[0])):
        return  # told already
    try:
        said = encryption(files.read(track.init))
        clear = has_clear_samples(files.read(track.segments[0], 0, _HEAD))
    except BrokenMp4Error as error:
        yield str(error)
        return
    if job.protection is None:
        if said:
            yield "its samples are encrypted, and should be clear"
        return
    if said is None or clear:
        yield "it has clear samples" if said is None else "its first segment has clear samples"
        return
    if said.scheme != job.protection.scheme:
        yield f"its samples are encrypted with {said.scheme}, and should be with {job.protection.scheme}"
    if label := _label(track, job.plan()):
        found.keys.setdefault(label, set()).add(said.key_id)


def _label(track: Track, plan: Plan) -> KeyLabel | None:
    """Whose key a stream should be under; None for trick play, which has the first rung's."""
    if track.kind == "audio":
        return "AUDIO"
    rung = _rung(track, plan)
    return rung.key if rung else None


def _rung(track: Track, plan: Plan) -> Rung | None:
    return next(iter(_alike(track, plan)), None)


def _alike(track: Track, plan: Plan) -> list[Rung]:
    """The rungs that the track may be; several where a title's own rungs differ by their bitrate alone. The lowest first."""
    stated = track.stated
    if not isinstance(stated, Picture) or track.kind != "video":
        return []
    return [
        rung
        for rung in plan.rungs
        if (rung.width, rung.height) == (stated.width, stated.height) and serves(rung.rendition.codecs, stated.codecs)
    ]


def _pictures(plan: Plan, listed: Listed, files: Files) -> list[tuple[Rung, Track]]:
    """Each picture with its rung, in the manifest's order; of several alike the smaller one has the lower ceiling."""
    tracks = [track for track in listed.of("video") if _rung(track, plan)]
    found: list[tuple[Rung, Track]] = []
    for track in tracks:
        rungs = _alike(track, plan)
        alike = sorted((other for other in tracks if _alike(other, plan) == rungs), key=lambda other: _bytes(other, files))
        found.append((rungs[min(alike.index(track), len(rungs) - 1)], track))
    return found


def _bytes(track: Track, files: Files) -> int:
    return sum(files.sizes[name] for name in track.segments)


def _key_problems(found: _Found) -> Iterator[str]:
    """One key a label, and none for two: an entitlement to SD must not open HD."""
    for label, keys in found.keys.items():
        if len(keys) > 1:
            yield f"the {label} streams are under {len(keys)} keys"
    used = [key for keys in found.keys.values() for key in keys]
    if len(set(used)) < len(used):
        yield "streams of different labels share a key"


def _languages(listed: Listed) -> Iterator[str]:
    yield from listed.manifest.captions
    yield from (each.language for each in listed.manifest.embedded)


def _playback(job: EncodeJob, listed: Listed, files: Files, thumbnails: Files, found: _Found) -> Playback:
    """Whatever packages just in time puts its own manifests in place of the two."""
    plan = job.plan()
    pictures = _pictures(plan, listed, files)
    return {
        "bucket": job.bucket,
        "prefix": job.served,
        "hls": titles.HLS_MANIFEST,
        "dash": titles.DASH_MANIFEST,
        "thumbnails": titles.THUMBNAILS if titles.THUMBNAILS in thumbnails.sizes else None,
        "scheme": job.protection.scheme if job.protection else None,
        "keys": {label: str(key) for label, keys in found.keys.items() for key in keys},
        "durationMs": round(job.duration * 1000),
        "segments": max(len(track.segments) for _, track in pictures),
        "bytes": sum(files.sizes.values()) + (0 if thumbnails is files else sum(thumbnails.sizes.values())),
        "renditions": [
            {
                "name": rung.name,
                "codecs": rung.rendition.codecs,
                "width": rung.width,
                "height": rung.height,
                "frameRate": str(rung.fps),
                "key": rung.key if job.protection else None,
                "bytes": (size := _bytes(track, files)),
                "kbps": round(size * 8 / 1000 / float(job.duration)),
            }
            for rung, track in pictures
        ],
        "audio": [{"codecs": track.codecs, "channels": track.channels, "language": track.language} for track in plan.audio],
        "captions": [{"language": language, "label": language} for language in _languages(listed)],
    }
