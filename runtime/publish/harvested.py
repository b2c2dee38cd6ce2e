"""Lambda: what was harvested from a live channel, described as a title version, if it is complete."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from marquee.domain import titles
from marquee.domain.attributes import attribute
from marquee.domain.ladder.drm import KeyLabel, Scheme, key_label
from marquee.domain.ladder.manifests import Picture, Sound
from marquee.domain.publishing import Playback, RenditionInfo
from runtime.publish import dash, hls
from runtime.publish.check import Files
from runtime.publish.found import BadManifestError, Listed, Track
from runtime.publish.protection import BrokenMp4Error, encryption
from runtime.publish.verify import Stored

logger = Logger()


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
    """`{bucket, prefix}` to `{problems, playback, attributes}`: sentences, and without any what the title's record says."""
    del context
    files = Stored(event["bucket"], event["prefix"])
    problems, playback = describe(event["bucket"], event["prefix"], files)
    logger.info("harvested", extra={"prefix": event["prefix"], "problems": problems})
    return {"problems": problems, "playback": playback, "attributes": attribute(playback or {})["M"]}


def describe(bucket: str, prefix: str, files: Files) -> tuple[list[str], Playback | None]:
    """What both manifests list and the files hold. A harvest has no plan to be held against: it must be whole, and agree with itself."""
    try:
        listed = hls.read(titles.HLS_MANIFEST, lambda name: _text(files, name))
        mpd = dash.read(_text(files, titles.DASH_MANIFEST))
    except BadManifestError as error:
        return [str(error)], None
    problems = [
        f"{track.name}: {name} is missing or empty"
        for track in (*listed.tracks, *mpd.tracks)
        for name in (*([track.init] if track.init else []), *track.segments)
        if not files.sizes.get(name)
    ]
    if not list(mpd.of("video")):
        problems.append("there is no picture")
    if problems:
        return problems[:20], None
    try:
        return [], _playback(bucket, prefix, files, listed, mpd)
    except BrokenMp4Error as error:
        return [str(error)], None


def _playback(bucket: str, prefix: str, files: Files, listed: Listed, mpd: Listed) -> Playback:
    pictures = [(track, track.stated) for track in mpd.of("video") if isinstance(track.stated, Picture)]
    keys: dict[KeyLabel, str] = {}
    schemes: set[str] = set()
    for track in mpd.of("video", "audio"):
        said = encryption(files.read(track.init)) if track.init else None
        if said is not None:
            schemes.add(said.scheme)
            keys.setdefault(_label(track), str(said.key_id))
    scheme: Scheme | None = "cbcs" if schemes == {"cbcs"} else "cenc" if schemes == {"cenc"} else None
    return {
        "bucket": bucket,
        "prefix": prefix,
        "hls": titles.HLS_MANIFEST,
        "dash": titles.DASH_MANIFEST,
        "thumbnails": None,
        "scheme": scheme,
        "keys": keys,
        "durationMs": round(max(track.seconds for track, _ in pictures) * 1000),
        "segments": max(len(track.segments) for track, _ in pictures),
        "bytes": sum(files.sizes.values()),
        "renditions": [_rendition(track, stated, files, encrypted=scheme is not None) for track, stated in pictures],
        "audio": [
            {"codecs": track.stated.codecs, "channels": track.stated.channels, "language": track.stated.language}
            for track in mpd.of("audio")
            if isinstance(track.stated, Sound)
        ],
        "captions": [{"language": language, "label": language} for language in listed.manifest.captions],
    }


def _label(track: Track) -> KeyLabel:
    return key_label(track.stated.width, track.stated.height) if isinstance(track.stated, Picture) else "AUDIO"


def _rendition(track: Track, stated: Picture, files: Files, *, encrypted: bool) -> RenditionInfo:
    size = sum(files.sizes[name] for name in track.segments)
    kbps = round(size * 8 / 1000 / track.seconds)
    return {
        "name": f"{_family(stated.codecs)}-{stated.height}p-{kbps}k",
        "codecs": stated.codecs,
        "width": stated.width,
        "height": stated.height,
        "frameRate": str(Fraction(stated.fps)),
        "key": key_label(stated.width, stated.height) if encrypted else None,
        "bytes": size,
        "kbps": kbps,
    }


def _family(codecs: str) -> str:
    return "avc" if codecs.startswith("avc") else "av1" if codecs.startswith("av01") else "hevc"


def _text(files: Files, name: str) -> str:
    if not files.sizes.get(name):
        raise BadManifestError(f"{name} is missing or empty")
    return files.read(name).decode("utf-8", "replace")
