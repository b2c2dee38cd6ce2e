"""What MediaConvert's manifests say beyond the packager's: a variant's audio groups, the default track, audio alone, seek pictures."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from marquee.domain.ladder.ffmpeg import Stills
from marquee.domain.ladder.manifests import audio_only_variant
from marquee.domain.ladder.tracks import AUDIO_STRINGS
from marquee.emulator.media.work import Sound

_ATTRIBUTE: Final = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^,]*)')


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """The sheets of thumbnails that were drawn."""

    stills: Stills
    name: str
    """Their names' base: `index_thumbnail`."""
    files: tuple[str, ...]
    bits: int
    """Of the largest sheet."""
    seconds: float
    """Of the title."""

    @property
    def bandwidth(self) -> int:
        """Bits a second."""
        return ceil(self.bits / (self.stills.interval * self.stills.columns * self.stills.rows))


def master_playlist(text: str, groups: Mapping[str, frozenset[str]], sounds: tuple[Sound, ...], sheets: Sheets | None) -> str:
    """The packager's master playlist as MediaConvert writes it.

    `groups`: a video's playlist → the audio groups that its output names. The packager pairs every picture with every group.
    """
    lines = paired(text, groups, {sound.name: sound.default for sound in sounds})
    for sound in sounds:
        if sound.audio_only:
            lines += audio_only_variant(sound.audio.kbps, AUDIO_STRINGS[sound.audio.codec], sound.group, f"{sound.name}.m3u8")
    if sheets:
        size = f"{sheets.stills.width}x{sheets.stills.height}"
        lines.append(f'#EXT-X-IMAGE-STREAM-INF:BANDWIDTH={sheets.bandwidth},RESOLUTION={size},CODECS="jpeg",URI="{sheets.name}.m3u8"')
    return "\n".join(lines) + "\n"


def paired(text: str, groups: Mapping[str, frozenset[str]], defaults: Mapping[str, bool]) -> list[str]:
    """The lines of a packager's master playlist, less the variants that pair a picture with a group that is not its own.

    `defaults`: name of a sound → whether players take it unasked; the packager says so of one language alone.
    """
    return list(_lines(text, groups, defaults))


def attributes(line: str) -> dict[str, str]:
    """The attributes of an HLS tag, without quotes."""
    return {name: value.strip('"') for name, value in _ATTRIBUTE.findall(line)}


def image_playlist(sheets: Sheets) -> str:
    """The playlist of the sheets. Source: Image Media Playlist specification 0.4, which the user guide names for these images."""
    stills = sheets.stills
    whole = stills.interval * stills.columns * stills.rows
    tiles = f"#EXT-X-TILES:RESOLUTION={stills.width}x{stills.height},LAYOUT={stills.columns}x{stills.rows},DURATION={stills.interval}"
    lines = ["#EXTM3U", f"#EXT-X-TARGETDURATION:{whole}", "#EXT-X-VERSION:7", "#EXT-X-MEDIA-SEQUENCE:1"]
    lines += ["#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-IMAGES-ONLY"]
    for index, name in enumerate(sheets.files):
        lines += [f"#EXTINF:{min(whole, sheets.seconds - index * whole):.3f},", tiles, name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])


def with_images(mpd: str, sheets: Sheets) -> str:
    """The MPD with an adaptation set of the sheets. Source: DASH-IF IOP 4.3, 6.2.6, "Tiles of thumbnail images"."""
    stills = sheets.stills
    whole = stills.interval * stills.columns * stills.rows
    size = f'width="{stills.width * stills.columns}" height="{stills.height * stills.rows}"'
    added = (
        '    <AdaptationSet contentType="image" mimeType="image/jpeg">\n'
        f'      <SegmentTemplate media="{sheets.name}_$Number%09d$.jpg" duration="{whole}" startNumber="1"/>\n'
        f'      <Representation id="thumbnails" bandwidth="{sheets.bandwidth}" {size}>\n'
        f'        <EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="{stills.columns}x{stills.rows}"/>\n'
        "      </Representation>\n    </AdaptationSet>\n"
    )
    return re.sub(r"([ \t]*</Period>)", lambda end: added + end[1], mpd, count=1)


def _lines(text: str, groups: Mapping[str, frozenset[str]], defaults: Mapping[str, bool]) -> Iterator[str]:
    pending = ""
    for line in text.splitlines():
        if line.startswith("#EXT-X-STREAM-INF:"):
            pending = line
        elif pending:
            group = attributes(pending).get("AUDIO")
            if group is None or group in groups.get(line, frozenset()):
                yield from (pending, line)
            pending = ""
        elif line.startswith("#EXT-X-MEDIA:TYPE=AUDIO"):
            name = attributes(line).get("NAME", "")
            yield re.sub(r"DEFAULT=(YES|NO)", f"DEFAULT={'YES' if defaults.get(name) else 'NO'}", line)
        else:
            yield line
