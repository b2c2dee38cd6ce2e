"""An HLS presentation as its playlists say it is. Source: RFC 8216 and draft-pantos-hls-rfc8216bis."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, Final

import m3u8

from marquee.domain.ladder.drm import SYSTEM_IDS
from marquee.domain.ladder.manifests import CARRIERS, ClosedCaptions, Manifest, Picture, Sound
from runtime.publish.found import BadManifestError, Kind, Listed, Track, below

_SCHEMES: Final = {"SAMPLE-AES": "cbcs", "SAMPLE-AES-CTR": "cenc"}
_SYSTEMS: Final = {
    f"urn:uuid:{SYSTEM_IDS['widevine']}": "widevine",
    "com.microsoft.playready": "playready",
    "com.apple.streamingkeydelivery": "fairplay",
}
_VIDEO: Final = ("avc1", "avc3", "hvc1", "hev1", "av01", "dvh1")
_AUDIO_ONLY: Final = "audio-only"  # group, as the ladder names it

Read = Callable[[str], str]
"""Name of a playlist to its text; raises BadManifestError if there is none."""


def read(name: str, read_text: Read) -> Listed:
    """The presentation whose master playlist is `name`. Raises BadManifestError."""
    master = _parsed(name, read_text)
    if not master.is_variant:
        raise BadManifestError(f"{name} is no master playlist")
    pictures = {each.uri: _picture(each.stream_info) for each in master.playlists if each.stream_info.resolution}
    alone = {each.uri for each in master.playlists if not each.stream_info.resolution}
    codecs = _codecs_of_groups(master)
    sounds = {
        each.uri: Sound(codecs.get(each.group_id, ""), int(each.channels or 2), each.language or "und")
        for each in master.media
        if each.type == "AUDIO" and each.uri
    }
    grouped = {each.uri for each in master.media if each.type == "AUDIO" and each.group_id == _AUDIO_ONLY}
    texts = {each.uri: each.language or "und" for each in master.media if each.type == "SUBTITLES" and each.uri}
    tricks = {each.uri: _trick(each.iframe_stream_info, list(pictures.values())) for each in master.iframe_playlists}
    manifest = Manifest(
        pictures=tuple(pictures.values()),
        sounds=tuple(sound for uri, sound in sounds.items() if uri not in grouped),
        captions=tuple(texts.values()),
        audio_only=len(alone),
        trick_play=tuple(tricks.values()),
        embedded=_closed(master),
    )
    return Listed(manifest=manifest, tracks=tuple(_tracks(read_text, pictures, sounds, texts, tricks)))


def _tracks(
    read_text: Read, pictures: dict[str, Picture], sounds: dict[str, Sound], texts: dict[str, str], tricks: dict[str, Picture]
) -> Iterator[Track]:
    yield from (_track(uri, "video", stated, read_text) for uri, stated in pictures.items())
    yield from (_track(uri, "audio", stated, read_text) for uri, stated in sounds.items())
    yield from (_track(uri, "text", None, read_text) for uri in texts)
    yield from (_track(uri, "trick", stated, read_text) for uri, stated in tricks.items())


def _track(uri: str, kind: Kind, stated: Picture | Sound | None, read_text: Read) -> Track:
    playlist = _parsed(uri, read_text)
    if not playlist.segments or not playlist.is_endlist:
        raise BadManifestError(f"{uri} is no complete playlist")
    inits = {segment.init_section.uri for segment in playlist.segments if segment.init_section}
    if len(inits) > 1:
        raise BadManifestError(f"{uri} changes its initialisation")
    keys = [key for key in playlist.keys if key is not None and key.method != "NONE"]
    schemes = {_SCHEMES.get(segment.key.method) if segment.key else None for segment in playlist.segments}
    return Track(
        name=uri,
        kind=kind,
        stated=stated,
        init=below(next(iter(inits))) if inits else None,
        segments=tuple(dict.fromkeys(below(segment.uri) for segment in playlist.segments)),
        seconds=sum(segment.duration for segment in playlist.segments),
        scheme=schemes.pop() if len(schemes) == 1 else None,
        systems=frozenset(_SYSTEMS[key.keyformat] for key in keys if key.keyformat in _SYSTEMS),
    )


def _parsed(name: str, read_text: Read) -> Any:
    text = read_text(below(name))
    if not text.startswith("#EXTM3U"):
        raise BadManifestError(f"{name} is no playlist")
    try:
        return m3u8.loads(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadManifestError(f"{name} cannot be parsed: {error!r}") from None


def _picture(info: Any) -> Picture:
    width, height = info.resolution
    return Picture(_video_codec(info.codecs), width, height, Fraction(str(info.frame_rate or 0)))


def _trick(info: Any, pictures: list[Picture]) -> Picture:
    """An I-frame playlist states no rate: it has that of the picture that it is made of."""
    width, height = info.resolution or (0, 0)
    codec = _video_codec(info.codecs)
    rate = next((each.fps for each in pictures if (each.codecs, each.width, each.height) == (codec, width, height)), Fraction(0))
    return Picture(codec, width, height, rate)


def _video_codec(codecs: str | None) -> str:
    return next((each for each in _split(codecs) if each.startswith(_VIDEO)), "")


def _closed(master: Any) -> tuple[ClosedCaptions, ...]:
    """The channels of the one group that every variant names whose codec carries captions, and no other variant."""
    groups: set[tuple[bool, str | None]] = set()
    for each in master.playlists:
        carries = _video_codec(each.stream_info.codecs).startswith(CARRIERS)
        group = each.stream_info.closed_captions
        groups.add((carries, None if group in {None, "NONE"} else str(group).strip('"')))
    named = [group for carries, group in groups if carries]
    listed = [each for each in master.media if each.type == "CLOSED-CAPTIONS"]
    if not listed and all(group is None for _, group in groups):
        return ()
    if len(named) != 1 or any(group for carries, group in groups if not carries) or any(each.group_id != named[0] for each in listed):
        raise BadManifestError("its variants do not all offer the closed captions that it lists")
    return tuple(ClosedCaptions(each.instream_id or "", each.language or "und") for each in listed)


def _codecs_of_groups(master: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in master.playlists:
        sound = next((codec for codec in _split(each.stream_info.codecs) if not codec.startswith((*_VIDEO, "wvtt", "stpp"))), "")
        if each.stream_info.audio and sound:
            found.setdefault(each.stream_info.audio, sound)
    return found


def _split(codecs: str | None) -> list[str]:
    return [each.strip() for each in (codecs or "").split(",")]
