"""A job's work done: every output encoded in the pool, then packaged and, if asked, encrypted."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from marquee.domain.ladder import ffmpeg, packager
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.packager import ContentKey, Package, Stream
from marquee.emulator.media import manifests, tools
from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.manifests import Sheets
from marquee.emulator.media.pool import Pool, Task, ToolError
from marquee.emulator.media.probe import Probed
from marquee.emulator.media.work import Group, Picture, Sound, Text

Progress = Callable[[str, float], None]
"""Takes an output's name and how much of it is done, 0 to 100."""

_SILENCE: Final = "WEBVTT\n\n00:00.000 --> 00:00.040\n&nbsp;\n"
"""A track of a picture without captions: the packager refuses a file without a cue."""
_NUMBER: Final = "_$Number%09d$"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One job on this machine."""

    pool: Pool
    folder: Path
    """Its own; holds everything, and goes with it."""
    master: Path
    probed: Probed
    captions: Mapping[str, Path]
    """Text output → its WebVTT file, for those that have one."""
    progress: Progress
    cancelled: threading.Event

    @property
    def encoded(self) -> Path:
        """Where encoded streams lie."""
        return self.folder / "encoded"

    @property
    def package(self) -> Path:
        """Where the outputs lie, flat."""
        return self.folder / "package"


def encode(bench: Bench, group: Group) -> None:
    """Encode every output. Raises JobError for a master that ends an encode, CancelledError if called off."""
    bench.encoded.mkdir()
    bench.package.mkdir()
    running = {
        picture.name: _start(bench, picture.name, ffmpeg.video(picture.video, "fd:", _target(bench, picture.name)))
        for picture in group.pictures
    }
    for sound in group.sounds:
        running[sound.name] = _start(bench, sound.name, ffmpeg.audio(sound.audio, "fd:", _target(bench, sound.name)))
    for text in group.texts:
        if isinstance(text.source, int):
            closed = ffmpeg.closed_captions(text.source, bench.probed.demuxer, "{fd}", str(bench.encoded / f"{text.name}.vtt"))
            running[text.name] = _started(bench, text.name, closed)
    if group.stills:
        name = _sheet_name(group)
        sheet = ffmpeg.stills(group.stills, "fd:", str(bench.package / f"{name}_%09d.jpg"))
        sheet[sheet.index("-start_number") + 1] = "1"
        running[name] = _start(bench, name, sheet)
    _finish(running)
    for text in group.texts:
        written = bench.encoded / f"{text.name}.vtt"
        if isinstance(text.source, int) and "-->" not in written.read_text():
            written.write_text(_SILENCE)
    if group.trick_play:
        _run(bench, [tools.ffmpeg(), *ffmpeg.key_frames(_target(bench, group.pictures[0].name), _target(bench, group.trick_play))])


def package(bench: Bench, group: Group, keys: Mapping[KeyLabel, ContentKey]) -> None:
    """Cut the encoded streams into segments and write the manifests, under `keys` if the group is protected."""
    hls, dash = bench.package / f"{group.base}.m3u8", bench.package / f"{group.base}.mpd"
    wanted = Package(
        streams=tuple(_streams(bench, group)),
        segment=group.segment,
        hls=hls,
        dash=dash,
        protection=group.keys.protection if group.keys else None,
        keys=keys,
    )
    _run(bench, [tools.packager(), *packager.command(wanted)])
    sheets = _sheets(bench, group)
    pairs = {f"{picture.name}.m3u8": picture.groups for picture in group.pictures}
    hls.write_text(manifests.master_playlist(hls.read_text(), pairs, group.sounds, sheets))
    if sheets:
        (bench.package / f"{sheets.name}.m3u8").write_text(manifests.image_playlist(sheets))
        dash.write_text(manifests.with_images(dash.read_text(), sheets))
    for kind, unwanted in (("hls", "*.m3u8"), ("dash", "*.mpd")):
        if kind not in group.manifests:
            for file in bench.package.glob(unwanted):
                file.unlink()


def labels(group: Group) -> tuple[KeyLabel, ...]:
    """The kinds of track that the group has, each under a key of its own."""
    found: list[KeyLabel] = [*(["AUDIO"] if group.sounds else []), *(picture.label for picture in group.pictures)]
    return tuple(dict.fromkeys(found))


def _start(bench: Bench, name: str, arguments: list[str]) -> Future[str]:
    return _started(bench, name, ffmpeg.own_file(arguments, bench.probed.demuxer, "{fd}"))


def _started(bench: Bench, name: str, held: list[str]) -> Future[str]:
    def report(seconds: float) -> None:
        bench.progress(name, min(99.0, 100 * seconds / float(bench.probed.duration)))

    command = [tools.ffmpeg(), "-progress", "pipe:1", "-nostats", *held]
    bench.progress(name, 0)
    future = bench.pool.start(Task(command=command, opened=bench.master, folder=bench.folder, report=report, cancelled=bench.cancelled))
    future.add_done_callback(lambda done: None if done.cancelled() or done.exception() else bench.progress(name, 100))
    return future


def _finish(running: Mapping[str, Future[str]]) -> None:
    """Wait for all; the first failure is the job's."""
    failed: dict[str, ToolError] = {}
    for name, future in running.items():
        try:
            future.result()
        except ToolError as error:
            failed[name] = error
    for name, error in failed.items():
        raise JobError(Code.DEMUXER, f"{name}: the encoder could not read the input to its end: {error}") from error


def _run(bench: Bench, command: list[str]) -> None:
    try:
        bench.pool.run(Task(command=command, folder=bench.folder, cancelled=bench.cancelled))
    except ToolError as error:
        raise JobError(Code.UNKNOWN, f"the packager failed: {error}") from error


def _target(bench: Bench, name: str) -> str:
    return str(bench.encoded / f"{name}.mp4")


def _sheet_name(group: Group) -> str:
    return f"{group.base}_thumbnail"


def _sheets(bench: Bench, group: Group) -> Sheets | None:
    name = _sheet_name(group)
    files = sorted(bench.package.glob(f"{name}_*.jpg")) if group.stills else []
    if not group.stills or not files:
        return None
    return Sheets(
        stills=group.stills,
        name=name,
        files=tuple(file.name for file in files),
        bits=8 * max(file.stat().st_size for file in files),
        seconds=float(bench.probed.duration),
    )


def _streams(bench: Bench, group: Group) -> list[Stream]:
    found = [_picture(bench, picture) for picture in group.pictures]
    if group.trick_play:
        found.append(_media(bench, group.trick_play, "cmfv", kind="video", label=group.pictures[0].label, trick_play=True, only="dash"))
    found += [_sound(bench, sound) for sound in group.sounds]
    return found + [stream for text in group.texts for stream in _texts(bench, text)]


def _picture(bench: Bench, picture: Picture) -> Stream:
    iframes = f"{picture.name}_I-Frame.m3u8" if picture.iframes else None
    return _media(bench, picture.name, "cmfv", kind="video", label=picture.label, playlist=f"{picture.name}.m3u8", iframes=iframes)


def _sound(bench: Bench, sound: Sound) -> Stream:
    language = _spoken(sound.audio.language)
    shown = {"playlist": f"{sound.name}.m3u8", "group": sound.group, "name": sound.name}
    return _media(bench, sound.name, "cmfa", kind="audio", label="AUDIO", language=language, **shown)


def _spoken(language: str) -> str | None:
    return None if language == "und" else language  # the packager refuses `und`


def _texts(bench: Bench, text: Text) -> tuple[Stream, Stream]:
    """Text segments for HLS, and the same cues in MP4 for DASH."""
    source = bench.encoded / f"{text.name}.vtt" if isinstance(text.source, int) else bench.captions[text.name]
    plain = bench.package / f"{text.name}{_NUMBER}.vtt"
    hls = Stream(
        source=source,
        kind="text",
        segments=plain,
        language=_spoken(text.language),
        playlist=f"{text.name}.m3u8",
        group="captions",
        name=text.name,
        only="hls",
    )
    init, segments = bench.package / f"{text.name}init.cmft", bench.package / f"{text.name}{_NUMBER}.cmft"
    return hls, Stream(source=source, kind="text", init=init, segments=segments, language=_spoken(text.language), only="dash")


def _media(bench: Bench, name: str, ending: str, /, **rest: object) -> Stream:
    """Named as MediaConvert does: `<name>init.cmfv`, `<name>_000000001.cmfv`."""
    place = bench.package
    return Stream(
        source=Path(_target(bench, name)),
        init=place / f"{name}init.{ending}",
        segments=place / f"{name}{_NUMBER}.{ending}",
        **rest,  # pyright: ignore[reportArgumentType]
    )


def duration_ms(probed: Probed) -> int:
    """As a job's output details state it."""
    return round(probed.duration * Fraction(1000))
