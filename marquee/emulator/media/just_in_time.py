"""Transport streams packaged as MediaPackage VOD does: the same samples in CMAF for HLS, or in DASH, under the keys of a title."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

from marquee.domain.ladder import opening, packager
from marquee.domain.ladder.drm import KeyLabel, Protection, key_label
from marquee.domain.ladder.packager import ContentKey, Package, Stream
from marquee.emulator.media import tools
from marquee.emulator.media.clear_hls import Track, cues
from marquee.emulator.media.manifests import paired
from marquee.emulator.media.pool import Pool, Task

_NUMBER: Final = "_$Number%09d$"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A package of one kind, and how it is protected."""

    kind: Literal["hls", "dash"]
    manifest: str
    """Its name without an ending."""
    segment: Fraction
    """Seconds."""
    iframes: bool
    """Whether HLS gets a playlist of the first picture's key frames."""
    protection: Protection | None
    keys: Mapping[KeyLabel, ContentKey]


@dataclass(frozen=True)
class Bench:
    """Where the work is done."""

    pool: Pool
    folder: Path
    """Its own. The package lies in `package` at the end, flat."""

    @property
    def package(self) -> Path:
        """What is served."""
        return self.folder / "package"

    def run(self, command: Sequence[str], opened: Path | None = None) -> str:
        """A process's standard output. Raises ToolError."""
        return self.pool.run(Task(command=command, opened=opened, folder=self.folder, cancelled=threading.Event()))


def labels(tracks: Sequence[Track]) -> tuple[KeyLabel, ...]:
    """Kinds of track, each under a key of its own. Text is never encrypted."""
    found: list[KeyLabel] = [label for track in tracks if (label := _label(track))]
    return tuple(dict.fromkeys(found))


def package(bench: Bench, sources: Mapping[Track, Path | list[str]], wanted: Wanted) -> None:
    """Make the package. `sources`: a track's transport stream, or the text of its segments. Raises ToolError."""
    bench.package.mkdir()
    start = _start(bench, next(path for path in sources.values() if isinstance(path, Path)))
    whole = {track: _whole(bench, track, source, start) for track, source in sources.items()}
    streams = [_stream(bench, track, source, wanted) for track, source in whole.items()]
    if wanted.iframes and wanted.kind == "hls":
        streams[0] = replace(streams[0], iframes=f"{next(iter(whole)).name}_iframes.m3u8")
    hls, dash = (bench.package / f"{wanted.manifest}.{ending}" for ending in ("m3u8", "mpd"))
    made = Package(streams=tuple(streams), segment=wanted.segment, hls=hls, dash=dash, protection=wanted.protection, keys=wanted.keys)
    bench.run([tools.packager(), *packager.command(made)])
    if wanted.kind == "hls":
        groups = {f"{track.name}.m3u8": track.groups for track in sources if track.kind == "video"}
        sounds = {_called(track): track.default for track in sources if track.kind == "audio"}
        hls.write_text("\n".join(paired(hls.read_text(), groups, sounds)) + "\n")
    for file in bench.package.glob("*.mpd" if wanted.kind == "hls" else "*.m3u8"):
        file.unlink()


def _start(bench: Bench, stream: Path) -> float:
    """Seconds of the clock at which the title begins: streams of one title share a clock, which begins anywhere."""
    asked = ["-show_entries", "format=start_time", "-of", "default=noprint_wrappers=1:nokey=1"]
    return float(bench.run([tools.ffprobe(), "-v", "error", *opening.own_file(["-i", "fd:"], "mpegts", "{fd}"), *asked], stream).split()[0])


def _whole(bench: Bench, track: Track, source: Path | list[str], start: float) -> Path:
    """The track as the packager reads it, on a clock that begins with the title: the packager takes no E-AC-3 from transport streams."""
    if not isinstance(source, Path):
        text = bench.folder / f"{track.name}.vtt"
        text.write_text(cues(source, start))
        return text
    target = bench.folder / f"{track.name}.mp4"
    stream, tag = ("0:v:0", ["-tag:v", "hvc1"] if track.hevc else []) if track.kind == "video" else ("0:a:0", [])
    moved = ["-map", stream, "-c", "copy", *tag, "-output_ts_offset", f"{-start:.6f}", "-f", "mp4", str(target)]
    command = opening.own_file(["-nostdin", "-v", "error", "-copyts", "-i", "fd:", *moved], "mpegts", "{fd}")
    bench.run([tools.ffmpeg(), *command], source)
    return target


def _stream(bench: Bench, track: Track, source: Path, wanted: Wanted) -> Stream:
    place, name = bench.package, track.name
    group = next(iter(track.groups), None) if track.kind != "video" else None
    called = _called(track) if group else None
    if track.kind == "text" and wanted.kind == "hls":
        playlist, segments = f"{name}.m3u8", place / f"{name}{_NUMBER}.vtt"
        return Stream(
            source=source, kind="text", segments=segments, language=track.language, playlist=playlist, group=group, name=called, only="hls"
        )
    ending = {"video": "cmfv", "audio": "cmfa", "text": "cmft"}[track.kind]
    return Stream(
        source=source,
        kind=track.kind,
        init=place / f"{name}init.{ending}",
        segments=place / f"{name}{_NUMBER}.{ending}",
        label=_label(track),
        language=track.language,
        playlist=None if track.kind == "text" else f"{name}.m3u8",
        group=group,
        name=called,
        only="dash" if track.kind == "text" else None,
    )


def _label(track: Track) -> KeyLabel | None:
    match track.kind:
        case "video":
            return key_label(*track.size)
        case "audio":
            return "AUDIO"
        case "text":
            return None


def _called(track: Track) -> str:
    """What HLS calls it in its group. The packager ends a field at a comma or an equals sign."""
    return track.label.replace(",", " ").replace("=", " ") or track.name
