"""A job's work done: every output encoded in the pool, then packaged and, if asked, encrypted."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace
from fractions import Fraction
from typing import Final, TypeVar

from marquee.domain.ladder import ffmpeg, opening, packager
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.ffmpeg import Audio, Stills, Video
from marquee.domain.ladder.packager import ContentKey, Package, Stream
from marquee.emulator.media import manifests, tools, transport
from marquee.emulator.media.bench import Bench
from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.manifests import Sheets
from marquee.emulator.media.pool import Task, ToolError
from marquee.emulator.media.probe import Probed
from marquee.emulator.media.work import Group, Picture, Sound, Text

_SILENCE: Final = "WEBVTT\n\n00:00.000 --> 00:00.040\n&nbsp;\n"
"""A track of a picture without captions: the packager refuses a file without a cue."""
_NUMBER: Final = "_$Number%09d$"


def encode(bench: Bench, group: Group) -> None:
    """Encode every output. Raises JobError for a master that ends an encode, CancelledError if called off."""
    bench.encoded.mkdir()
    bench.package.mkdir()
    bench.captures.mkdir()
    running = {
        one.name: _start(bench, one.name, ffmpeg.video(_of_input(bench, group, one.video, sdr=one.sdr), "fd:", str(bench.source(one.name))))
        for one in group.pictures
    }
    for sound in group.sounds:
        running[sound.name] = _start(bench, sound.name, ffmpeg.audio(_audio(bench, sound), "fd:", str(bench.source(sound.name))))
    for text in group.texts:
        if isinstance(text.source, int):
            closed = opening.closed_captions(text.source, bench.probed.demuxer, "{fd}", str(bench.text(text)))
            running[text.name] = _started(bench, text.name, closed)
    if group.stills:
        name = _sheet_name(group)
        shots = _of_input(bench, group, group.stills, sdr=group.pictures[0].sdr)
        sheet = ffmpeg.stills(shots, "fd:", str(bench.package / f"{name}_%09d.jpg"))
        sheet[sheet.index("-start_number") + 1] = "1"
        running[name] = _start(bench, name, sheet)
    if group.captures:
        found = group.captures
        shots = _of_input(bench, group, found.stills, sdr=found.sdr)
        frames = ffmpeg.stills(shots, "fd:", str(bench.captures / f"{found.name}.%07d.jpg"))
        running[found.name] = _start(bench, found.name, [*frames[:-1], "-frames:v", str(found.most), frames[-1]])
    _finish(running)
    for text in group.texts:
        if isinstance(text.source, int) and "-->" not in bench.text(text).read_text():
            bench.text(text).write_text(_SILENCE)
    if group.trick_play:
        copied = ffmpeg.key_frames(str(bench.source(group.pictures[0].name)), str(bench.source(group.trick_play)))
        bench.run([tools.ffmpeg(), *copied])


def package(bench: Bench, group: Group, keys: Mapping[KeyLabel, ContentKey]) -> None:
    """Cut the encoded streams into segments and write the manifests, under `keys` if the group is protected."""
    if group.kind == "ts":
        transport.package(bench, group)
        return
    hls, dash = bench.package / f"{group.base}.m3u8", bench.package / f"{group.base}.mpd"
    wanted = Package(
        streams=tuple(_streams(bench, group)),
        segment=group.segment,
        hls=hls,
        dash=dash,
        protection=group.keys.protection if group.keys else None,
        keys=keys,
    )
    bench.run([tools.packager(), *packager.command(wanted)])
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


_Wanted = TypeVar("_Wanted", Video, Stills)


def _of_input(bench: Bench, group: Group, wanted: _Wanted, *, sdr: bool) -> _Wanted:
    """With what the input decides of an output."""
    tones = bench.probed.dynamic_range if sdr else "SDR"
    return replace(wanted, source_range=tones, fill_until=bench.probed.duration if group.padded else None)


def _audio(bench: Bench, sound: Sound) -> Audio:
    return replace(sound.audio, fill_until=bench.probed.duration if sound.as_long else None)


def _start(bench: Bench, name: str, arguments: list[str]) -> Future[str]:
    return _started(bench, name, opening.own_file(opening.on_one_clock(arguments, bench.probed.demuxer), bench.probed.demuxer, "{fd}"))


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
    shown = {"playlist": f"{sound.name}.m3u8", "group": sound.group, "name": sound.name}
    return _media(bench, sound.name, "cmfa", kind="audio", label="AUDIO", language=sound.audio.language, **shown)


def _texts(bench: Bench, text: Text) -> tuple[Stream, Stream]:
    """Text segments for HLS, and the same cues in MP4 for DASH."""
    source = bench.text(text)
    plain = bench.package / f"{text.name}{_NUMBER}.vtt"
    hls = Stream(
        source=source,
        kind="text",
        segments=plain,
        language=text.language,
        playlist=f"{text.name}.m3u8",
        group="captions",
        name=text.name,
        only="hls",
    )
    init, segments = bench.package / f"{text.name}init.cmft", bench.package / f"{text.name}{_NUMBER}.cmft"
    return hls, Stream(source=source, kind="text", init=init, segments=segments, language=text.language, only="dash")


def _media(bench: Bench, name: str, ending: str, /, **rest: object) -> Stream:
    """Named as MediaConvert does: `<name>init.cmfv`, `<name>_000000001.cmfv`."""
    place = bench.package
    return Stream(
        source=bench.source(name),
        init=place / f"{name}init.{ending}",
        segments=place / f"{name}{_NUMBER}.{ending}",
        **rest,  # pyright: ignore[reportArgumentType]
    )


def duration_ms(probed: Probed) -> int:
    """As a job's output details state it."""
    return round(probed.duration * Fraction(1000))
