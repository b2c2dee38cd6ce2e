"""An HLS group over MPEG-2 TS: its encoded streams in segments, and its playlists."""

from marquee.domain.ladder import transport
from marquee.domain.ladder.codecs import codec_string
from marquee.domain.ladder.manifests import Picture as Stated
from marquee.domain.ladder.tracks import AUDIO_STRINGS
from marquee.domain.ladder.transport import PictureTrack, Presentation, SoundTrack, TextTrack
from marquee.emulator.media import tools
from marquee.emulator.media.bench import Bench
from marquee.emulator.media.work import Group, Picture, Sound


def package(bench: Bench, group: Group) -> None:
    """Cut the encoded streams into segments named as MediaConvert names them, `<name>_00001.ts`, and write the playlists."""
    presentation = Presentation(
        folder=bench.package,
        segment=group.segment,
        pictures=tuple(_picture(bench, picture, group.sounds) for picture in group.pictures),
        sounds=tuple(_sound(bench, sound) for sound in group.sounds),
        texts=tuple(
            TextTrack(source=bench.text(text), name=text.name, segments=f"{text.name}_", language=text.language) for text in group.texts
        ),
    )
    for track in (*presentation.pictures, *presentation.sounds):
        bench.run([tools.ffmpeg(), *transport.cut(presentation, track)])
    if presentation.texts:
        bench.run([tools.packager(), *transport.cut_texts(presentation)])
    playlists = {file.name: file.read_text() for file in bench.package.glob("*.m3u8")}
    sizes = {file.name: file.stat().st_size for file in bench.package.glob("*.ts")}
    (bench.package / "index.m3u8").unlink(missing_ok=True)  # the packager's own
    (bench.package / f"{group.base}.m3u8").write_text(transport.master(presentation, playlists, sizes))


def _picture(bench: Bench, picture: Picture, sounds: tuple[Sound, ...]) -> PictureTrack:
    video = picture.video
    return PictureTrack(
        source=bench.source(picture.name),
        name=picture.name,
        segments=f"{picture.name}_",
        stated=Stated(codec_string(video.codec, video.profile, video.level), video.width, video.height, video.fps),
        groups=tuple(dict.fromkeys(sound.group for sound in sounds if sound.group in picture.groups)),
    )


def _sound(bench: Bench, sound: Sound) -> SoundTrack:
    return SoundTrack(
        source=bench.source(sound.name),
        name=sound.name,
        segments=f"{sound.name}_",
        group=sound.group,
        codecs=AUDIO_STRINGS[sound.audio.codec],
        channels=sound.audio.channels,
        language=sound.audio.language,
        default=sound.default,
    )
