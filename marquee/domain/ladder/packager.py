"""Shaka Packager's arguments: HLS and DASH over the same CMAF segments, encrypted under a key a label."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from marquee.domain.ladder.drm import KeyLabel, System
from marquee.domain.ladder.plan import Plan
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack

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


def labels(plan: Plan) -> tuple[KeyLabel, ...]:
    """The labels that the plan's streams need keys for; empty if it is clear."""
    if plan.ladder.protection is None:
        return ()
    needed: list[KeyLabel] = [rung.key for rung in plan.rungs]
    return tuple(dict.fromkeys(["AUDIO", *needed] if plan.audio else needed))


def arguments(plan: Plan, folder: Folder, keys: Mapping[KeyLabel, ContentKey]) -> list[str]:
    """Everything after the program's name. Keys stand on the command line: run it where nobody else lists processes, and log it never.

    `--clear_lead 0`, since the packager else leaves the first five seconds clear. WebVTT goes beside HLS as text and into DASH as MP4.
    Trick play is a stream of its own in DASH; HLS gets an I-frame playlist of the first rung, because the packager would list the stream
    itself as an ordinary variant (seen with 3.8). Raises ValueError if `keys` are not exactly those of `labels(plan)`.
    """
    if set(keys) != set(labels(plan)):
        raise ValueError(
            f"keys are for {sorted(keys)}, the streams need {sorted(labels(plan))}: some would be clear; ask the provider for these"
        )
    seconds = f"{float(plan.segment_duration):.6f}".rstrip("0").rstrip(".")
    return [
        *_streams(plan, folder),
        *_protection(plan, keys),
        "--segment_duration", seconds, "--fragment_duration", seconds,
        "--hls_master_playlist_output", str(folder.package / "master.m3u8"), "--hls_playlist_type", "VOD",
        "--mpd_output", str(folder.package / "manifest.mpd"), "--generate_static_live_mpd",
        *_default_language(plan), "--quiet",
    ]  # fmt: skip


def _default_language(plan: Plan) -> list[str]:
    """The first known language of the sound: without it every track says DEFAULT=NO and players choose as they like."""
    known = [track.language for track in plan.audio if track.language != "und"]
    return ["--default_language", known[0]] if known else []


def _streams(plan: Plan, folder: Folder) -> list[str]:
    trick = plan.ladder.trick_play
    found: list[str] = []
    for index, rung in enumerate(plan.rungs):
        extra = {"iframe_playlist_name": f"{rung.name}-iframes.m3u8"} if trick and index == 0 else {}
        found.append(_stream(folder, rung.name, "video", {"drm_label": rung.key, "playlist_name": f"{rung.name}.m3u8", **extra}))
    if trick:
        # The lowest rung's label: DASH clients then hold the key already.
        found.append(_stream(folder, trick.name, "video", {"drm_label": plan.rungs[0].key, "trick_play_factor": "1", "dash_only": "1"}))
    found += [_audio(folder, track) for track in plan.audio]
    for track in plan.ladder.captions:
        if track.kind == "webvtt":
            found += _captions(folder, track)
    return found


def _audio(folder: Folder, track: AudioTrack) -> str:
    spoken = {} if track.language == "und" else {"language": track.language}  # the packager refuses `und`
    extra = {
        "drm_label": "AUDIO",
        **spoken,
        "playlist_name": f"{track.name}.m3u8",
        "hls_group_id": track.group,
        "hls_name": track.name,
    }
    return _stream(folder, track.name, "audio", extra)


def _captions(folder: Folder, track: CaptionTrack) -> list[str]:
    source = str(folder.encoded / f"{track.name}.vtt")
    hls = {
        "in": source, "stream": "text", "language": track.language,
        "segment_template": str(folder.package / track.name / "$Number%05d$.vtt"),
        "playlist_name": f"{track.name}.m3u8", "hls_group_id": "captions", "hls_name": track.name, "hls_only": "1",
    }  # fmt: skip
    place = folder.package / f"{track.name}-dash"
    dash = {
        "in": source, "stream": "text", "language": track.language,
        "init_segment": str(place / "init.mp4"), "segment_template": str(place / "$Number%05d$.m4s"), "dash_only": "1",
    }  # fmt: skip
    return [_descriptor(hls), _descriptor(dash)]


def _stream(folder: Folder, name: str, kind: str, extra: Mapping[str, str]) -> str:
    place = folder.package / name
    fields = {
        "in": str(folder.encoded / f"{name}.mp4"), "stream": kind,
        "init_segment": str(place / "init.mp4"), "segment_template": str(place / "$Number%05d$.m4s"), **extra,
    }  # fmt: skip
    return _descriptor(fields)


def _descriptor(fields: Mapping[str, str]) -> str:
    for name, value in fields.items():
        if "," in value or "=" in value:
            raise ValueError(f"packager: {name} {value!r} holds a comma or an equals sign, which end a field; choose another folder")
    return ",".join(f"{name}={value}" for name, value in fields.items())


def _protection(plan: Plan, keys: Mapping[KeyLabel, ContentKey]) -> list[str]:
    protection = plan.ladder.protection
    if protection is None:
        return []
    given = ",".join(f"label={label}:key_id={key.key_id}:key={key.key}" for label, key in keys.items())
    systems = ",".join(_SYSTEMS[system] for system in protection.systems)
    return [
        "--protection_scheme", protection.scheme, "--clear_lead", "0",
        "--enable_raw_key_encryption", "--keys", given, "--protection_systems", systems,
    ]  # fmt: skip
