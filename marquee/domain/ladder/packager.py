"""Shaka Packager's arguments: HLS and DASH over the same CMAF segments, encrypted under a key a label.

A `Package` says what the packager is to do; a plan gives one, and the emulated MediaConvert makes one of a job's own settings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePath
from typing import Final, Literal

from marquee.domain.ladder.drm import KeyLabel, Protection, System
from marquee.domain.ladder.plan import Plan
from marquee.domain.ladder.tracks import UNKNOWN, CaptionTrack
from marquee.domain.titles import DASH_MANIFEST, HLS_MANIFEST

_SYSTEMS: Final[dict[System, str]] = {"widevine": "Widevine", "playready": "PlayReady", "fairplay": "FairPlay"}
_HEX_KEY: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class ContentKey:
    """A key and its id, 32 hexadecimal digits each."""

    key_id: str
    key: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (_HEX_KEY.fullmatch(self.key_id) and _HEX_KEY.fullmatch(self.key)):
            raise ValueError(
                "content key: an id or a key is not 32 lower-case hexadecimal digits, the packager would refuse it; convert it"
            )


@dataclass(frozen=True, kw_only=True)
class Folder:
    """Where the encoded streams are and where the package goes."""

    encoded: PurePath
    """Holds `<name>.mp4` for each rung, audio track and trick play, and `<name>.vtt` for each WebVTT track."""
    package: PurePath


@dataclass(frozen=True, kw_only=True)
class Stream:
    """One track, and what manifests say of it."""

    source: PurePath
    """An MP4 with this track alone, or a WebVTT file."""
    kind: Literal["video", "audio", "text"]
    segments: PurePath
    """Template with `$Number%09d$`."""
    init: PurePath | None = None
    """None for text that stays text."""
    label: KeyLabel | None = None
    """Whose key encrypts it; None for text, which is never encrypted."""
    language: str | None = None
    playlist: str | None = None
    """Its HLS playlist, beside the master."""
    iframes: str | None = None
    """The I-frame playlist over the same segments."""
    group: str | None = None
    name: str | None = None
    """What HLS calls the rendition in its group."""
    trick_play: bool = False
    only: Literal["hls", "dash"] | None = None


@dataclass(frozen=True, kw_only=True)
class Package:
    """Everything that the packager is told."""

    streams: tuple[Stream, ...]
    segment: Fraction
    """Seconds."""
    hls: PurePath
    """The master playlist; the others lie beside it."""
    dash: PurePath | None = None
    protection: Protection | None = None
    keys: Mapping[KeyLabel, "ContentKey"] = field(default_factory=dict[KeyLabel, "ContentKey"])
    """Of exactly the labels that the streams name, if there is protection."""
    default_language: str | None = None
    offset_seconds: int = 0
    """Time stamp of the first moment in transport streams, which text beside them is told."""


def labels(plan: Plan) -> tuple[KeyLabel, ...]:
    """The labels that the plan's streams need keys for; empty if it is clear."""
    if plan.ladder.protection is None:
        return ()
    needed: list[KeyLabel] = [rung.key for rung in plan.rungs]
    return tuple(dict.fromkeys(["AUDIO", *needed] if plan.audio else needed))


def arguments(plan: Plan, folder: Folder, keys: Mapping[KeyLabel, ContentKey]) -> list[str]:
    """Everything after the program's name, to package a plan. See `command`.

    WebVTT goes beside HLS as text and into DASH as MP4.
    Trick play is a stream of its own in DASH; HLS gets an I-frame playlist of the first rung, because the packager would list the stream
    itself as an ordinary variant (seen with 3.8). Raises ValueError if `keys` are not exactly those of `labels(plan)`.
    """
    known = [track.language for track in plan.audio if track.language != UNKNOWN]
    return command(
        Package(
            streams=_streams(plan, folder),
            segment=plan.segment_duration,
            hls=folder.package / HLS_MANIFEST,
            dash=folder.package / DASH_MANIFEST,
            protection=plan.ladder.protection,
            keys=keys,
            default_language=known[0] if known else None,
        )
    )


def command(package: Package) -> list[str]:
    """Everything after the program's name. Keys stand on the command line: run it where nobody else lists processes, and log it never.

    `--clear_lead 0`, since the packager else leaves the first five seconds clear. Without a default language every track would say
    DEFAULT=NO and players choose as they like. Raises ValueError if the keys are not exactly those that the streams need.
    """
    needed = {stream.label for stream in package.streams if stream.label} if package.protection else set[KeyLabel]()
    if set(package.keys) != needed:
        raise ValueError(
            f"keys are for {sorted(package.keys)}, the streams need {sorted(needed)}: some would be clear; ask the provider for these"
        )
    seconds = f"{float(package.segment):.6f}".rstrip("0").rstrip(".")
    return [
        *(_descriptor(stream) for stream in package.streams),
        *(_protection(package.protection, package.keys) if package.protection else []),
        "--segment_duration", seconds, "--fragment_duration", seconds,
        "--hls_master_playlist_output", str(package.hls), "--hls_playlist_type", "VOD",
        *(["--mpd_output", str(package.dash), "--generate_static_live_mpd"] if package.dash else []),
        *(["--transport_stream_timestamp_offset_ms", str(package.offset_seconds * 1000)] if package.offset_seconds else []),
        *(["--default_language", package.default_language] if package.default_language else []), "--quiet",
    ]  # fmt: skip


def _streams(plan: Plan, folder: Folder) -> tuple[Stream, ...]:
    trick = plan.ladder.trick_play
    found = [
        _media(folder, rung.name, "video", rung.key, iframes=f"{rung.name}-iframes.m3u8" if trick and index == 0 else None)
        for index, rung in enumerate(plan.rungs)
    ]
    if trick:
        # The lowest rung's label: DASH clients then hold the key already.
        wound = _media(folder, trick.name, "video", plan.rungs[0].key)
        found.append(replace(wound, playlist=None, trick_play=True, only="dash"))
    found += [
        replace(_media(folder, track.name, "audio", "AUDIO"), language=track.language, group=track.group, name=track.name)
        for track in plan.audio
    ]
    return tuple(found + [stream for track in plan.ladder.captions if track.kind == "webvtt" for stream in _captions(folder, track)])


def _media(folder: Folder, name: str, kind: Literal["video", "audio"], label: KeyLabel, iframes: str | None = None) -> Stream:
    place = folder.package / name
    return Stream(
        source=folder.encoded / f"{name}.mp4",
        kind=kind,
        init=place / "init.mp4",
        segments=place / "$Number%05d$.m4s",
        label=label,
        playlist=f"{name}.m3u8",
        iframes=iframes,
    )


def _captions(folder: Folder, track: CaptionTrack) -> tuple[Stream, Stream]:
    source, place = folder.encoded / f"{track.name}.vtt", folder.package / f"{track.name}-dash"
    hls = Stream(
        source=source,
        kind="text",
        segments=folder.package / track.name / "$Number%05d$.vtt",
        language=track.language,
        playlist=f"{track.name}.m3u8",
        group="captions",
        name=track.name,
        only="hls",
    )
    dash = Stream(
        source=source, kind="text", init=place / "init.mp4", segments=place / "$Number%05d$.m4s", language=track.language, only="dash"
    )
    return hls, dash


def _descriptor(stream: Stream) -> str:
    """The packager refuses `und`, the language of what nobody named."""
    fields = {
        "in": stream.source, "stream": stream.kind, "init_segment": stream.init, "segment_template": stream.segments,
        "drm_label": stream.label, "language": None if stream.language == UNKNOWN else stream.language, "playlist_name": stream.playlist,
        "iframe_playlist_name": stream.iframes, "hls_group_id": stream.group, "hls_name": stream.name,
        "trick_play_factor": "1" if stream.trick_play else None,
        "hls_only": "1" if stream.only == "hls" else None, "dash_only": "1" if stream.only == "dash" else None,
    }  # fmt: skip
    given = {name: str(value) for name, value in fields.items() if value is not None}
    for name, value in given.items():
        if "," in value or "=" in value:
            raise ValueError(f"packager: {name} {value!r} holds a comma or an equals sign, which end a field; choose another folder")
    return ",".join(f"{name}={value}" for name, value in given.items())


def _protection(protection: Protection, keys: Mapping[KeyLabel, ContentKey]) -> list[str]:
    given = ",".join(f"label={label}:key_id={key.key_id}:key={key.key}" for label, key in keys.items())
    systems = ",".join(_SYSTEMS[system] for system in protection.systems)
    return [
        "--protection_scheme", protection.scheme, "--clear_lead", "0",
        "--enable_raw_key_encryption", "--keys", given, "--protection_systems", systems,
    ]  # fmt: skip
