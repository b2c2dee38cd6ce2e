"""HLS over MPEG-2 TS, clear: how a packager that works just in time wants its source. ffmpeg cuts, and the master playlist is written here.

Shaka Packager 3.8 cuts transport streams too, but none of HEVC ("Video codec 102 is not supported"), and two tools in one presentation
would have to agree about its clock. It makes the WebVTT segments, whose clock it takes as an argument.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import PurePath
from typing import Final

from marquee.domain.ladder.manifests import Picture, spoken
from marquee.domain.ladder.opening import QUIET
from marquee.domain.ladder.packager import Package, Stream, command
from marquee.domain.ladder.plan import Plan
from marquee.domain.titles import HLS_MANIFEST

OFFSET_SECONDS: Final = 10
"""Time stamp of a title's first moment, in every track. A transport stream has none below zero, and the first picture's decoding and an
encoder's priming of the sound come before the title begins. Ten seconds are those of the example in RFC 8216, 3.5."""
_CAPTIONS: Final = "captions"  # group


@dataclass(frozen=True, kw_only=True)
class Track:
    """One stream: a file that holds it alone, and what becomes of it."""

    source: PurePath
    """An MP4, or a WebVTT file."""
    name: str
    """Of its playlist, without the ending."""
    segments: str
    """Begins its segments' names below the master's folder: `avc-360p-700k/` or `index-avc-360p-700k_`."""

    @property
    def playlist(self) -> str:
        """Its media playlist, beside the master."""
        return f"{self.name}.m3u8"


@dataclass(frozen=True, kw_only=True)
class PictureTrack(Track):
    """A video rendition, without sound."""

    stated: Picture
    groups: tuple[str, ...] = ()
    """Audio groups that are offered with it; none if the title is silent."""


@dataclass(frozen=True, kw_only=True)
class SoundTrack(Track):
    """An audio rendition."""

    group: str
    codecs: str
    channels: int
    language: str
    default: bool


@dataclass(frozen=True, kw_only=True)
class TextTrack(Track):
    """WebVTT."""

    language: str


@dataclass(frozen=True, kw_only=True)
class Presentation:
    """Everything that a master playlist lists."""

    folder: PurePath
    """Where the master goes, and below which everything lies; so do the folders that segments are put into."""
    segment: Fraction
    """Seconds, a whole number of groups of pictures."""
    pictures: tuple[PictureTrack, ...]
    sounds: tuple[SoundTrack, ...] = ()
    texts: tuple[TextTrack, ...] = ()

    @property
    def tracks(self) -> tuple[Track, ...]:
        """All of them."""
        return (*self.pictures, *self.sounds, *self.texts)


def of_plan(plan: Plan, encoded: PurePath, folder: PurePath) -> Presentation:
    """A plan's streams, each encoded to `<name>.mp4` (WebVTT: `<name>.vtt`) in `encoded`, each with a folder for its segments."""
    groups = tuple(dict.fromkeys(track.group for track in plan.audio))
    return Presentation(
        folder=folder,
        segment=plan.segment_duration,
        pictures=tuple(
            PictureTrack(
                source=encoded / f"{rung.name}.mp4",
                name=rung.name,
                segments=f"{rung.name}/",
                stated=Picture(rung.rendition.codecs, rung.width, rung.height, rung.fps),
                groups=groups,
            )
            for rung in plan.rungs
        ),
        sounds=tuple(
            SoundTrack(
                source=encoded / f"{track.name}.mp4",
                name=track.name,
                segments=f"{track.name}/",
                group=track.group,
                codecs=track.codecs,
                channels=track.channels,
                language=track.language,
                default=index == 0,
            )
            for index, track in enumerate(plan.audio)
        ),
        texts=tuple(
            TextTrack(source=encoded / f"{track.name}.vtt", name=track.name, segments=f"{track.name}/", language=track.language)
            for track in plan.ladder.captions
            if track.kind == "webvtt"
        ),
    )


def cut(presentation: Presentation, track: PictureTrack | SoundTrack) -> list[str]:
    """ffmpeg's arguments, without the program's name: copy a stream into segments and write its playlist.

    A picture is cut at the first key frame from the segment's end on. Rounding the length down moves that end by less than a
    microsecond a segment, and so never past a key frame.
    """
    folder, _, _ = track.segments.rpartition("/")
    microseconds = floor(presentation.segment * 1_000_000)
    return [
        *QUIET, "-i", str(track.source), "-map", "0", "-c", "copy",
        "-output_ts_offset", str(OFFSET_SECONDS), "-avoid_negative_ts", "disabled", "-muxdelay", "0", "-muxpreload", "0",
        "-f", "hls", "-hls_time", f"{microseconds}us", "-hls_playlist_type", "vod", "-hls_segment_type", "mpegts", "-start_number", "1",
        *(["-hls_base_url", f"{folder}/"] if folder else []),
        "-hls_segment_filename", str(presentation.folder / f"{track.segments}%05d.ts"), str(presentation.folder / track.playlist),
    ]  # fmt: skip


def cut_texts(presentation: Presentation) -> list[str]:
    """Shaka Packager's arguments: WebVTT in segments, on the clock of the others. It writes a master of its own, to be replaced.

    ValueError if there are none.
    """
    if not presentation.texts:
        raise ValueError("texts is empty, the packager would have nothing to do; leave it out")
    return command(
        Package(
            streams=tuple(
                Stream(
                    source=text.source,
                    kind="text",
                    segments=presentation.folder / f"{text.segments}$Number%05d$.vtt",
                    language=text.language,
                    playlist=text.playlist,
                    group=_CAPTIONS,
                    name=text.name,
                )
                for text in presentation.texts
            ),
            segment=presentation.segment,
            hls=presentation.folder / HLS_MANIFEST,
            offset_seconds=OFFSET_SECONDS,
        )
    )


def master(presentation: Presentation, playlists: Mapping[str, str], sizes: Mapping[str, int]) -> str:
    """The master playlist of what was cut. `playlists`: name → text; `sizes`: a segment's name, as in its playlist → bytes.

    A picture is listed once with each of its audio groups, whose codecs differ. Source: RFC 8216, 4.3.4.
    """
    lines = ["#EXTM3U", "#EXT-X-VERSION:4", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += [
        f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{sound.group}",{spoken(sound.language)}NAME="{sound.name}",DEFAULT={_yes(sound.default)},'
        f'AUTOSELECT=YES,CHANNELS="{sound.channels}",URI="{sound.playlist}"'
        for sound in presentation.sounds
    ]
    lines += [
        f'#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="{_CAPTIONS}",{spoken(text.language)}NAME="{text.name}",DEFAULT=NO,'
        f'AUTOSELECT=YES,URI="{text.playlist}"'
        for text in presentation.texts
    ]
    rates = {track.name: _rates(playlists[track.playlist], sizes) for track in (*presentation.pictures, *presentation.sounds)}
    for picture in presentation.pictures:
        for group in picture.groups or (None,):
            sounds = [sound for sound in presentation.sounds if sound.group == group]
            lines += [_variant(presentation, picture, sounds, rates), picture.playlist]
    return "\n".join(lines) + "\n"


def _variant(
    presentation: Presentation, picture: PictureTrack, sounds: list[SoundTrack], rates: Mapping[str, tuple[Fraction, Fraction]]
) -> str:
    peak, average = (rate + max((rates[sound.name][kind] for sound in sounds), default=0) for kind, rate in enumerate(rates[picture.name]))
    stated = picture.stated
    codecs = ",".join(dict.fromkeys([stated.codecs, *(sound.codecs for sound in sounds)]))
    return (
        f'#EXT-X-STREAM-INF:BANDWIDTH={ceil(peak)},AVERAGE-BANDWIDTH={ceil(average)},CODECS="{codecs}",'
        f"RESOLUTION={stated.width}x{stated.height},FRAME-RATE={float(stated.fps):.3f}"
        + (f',AUDIO="{sounds[0].group}"' if sounds else "")
        + (f',SUBTITLES="{_CAPTIONS}"' if presentation.texts else "")
    )


def _rates(playlist: str, sizes: Mapping[str, int]) -> tuple[Fraction, Fraction]:
    """Bits a second: of the densest segment, and of all."""
    segments = [(seconds, 8 * sizes[name]) for seconds, name in _segments(playlist)]
    peak = max((Fraction(bits) / seconds for seconds, bits in segments if seconds), default=Fraction(0))
    return peak, Fraction(sum(bits for _, bits in segments)) / sum(seconds for seconds, _ in segments)


def _segments(playlist: str) -> Iterator[tuple[Fraction, str]]:
    """Seconds and name of each segment."""
    seconds = Fraction(0)
    for line in playlist.splitlines():
        if line.startswith("#EXTINF:"):
            seconds = Fraction(line.removeprefix("#EXTINF:").partition(",")[0])
        elif line and not line.startswith("#"):
            yield seconds, line


def _yes(value: bool) -> str:
    return "YES" if value else "NO"
