"""What an HLS master and a DASH MPD of a plan must list, whoever packaged it; parsed manifests are compared with this."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from marquee.domain.ladder.codecs import codec_string, serves
from marquee.domain.ladder.plan import Plan
from marquee.domain.ladder.tracks import UNKNOWN, AudioTrack

CARRIERS: Final = ("avc1", "avc3", "hvc1", "hev1")
"""Codec strings of pictures that carry CEA-608: ffmpeg's AV1 does not."""
CLOSED_GROUP: Final = "closed-captions"
CLOSED_SCHEME: Final = "urn:scte:dash:cc:cea-608:2015"
TRICK_MODE: Final = "http://dashif.org/guidelines/trickmode"
_NO_CAPTIONS: Final = ",CLOSED-CAPTIONS=NONE"
_VARIANT: Final = "#EXT-X-STREAM-INF:"
_ADAPTATION_SET: Final = re.compile(r"<AdaptationSet .*?</AdaptationSet>", re.DOTALL)
_AFTER_ACCESSIBILITY: Final = re.compile(r"(\s*)<(?:Role|Rating|Viewpoint|ContentComponent|BaseURL|SegmentTemplate|Representation)\b")
RATE_TOLERANCE: Final = Fraction(1, 100)  # manifests round 29.97003 to 29.970


@dataclass(frozen=True)
class Picture:
    """A video rendition as a manifest lists it."""

    codecs: str
    """The video's codec string alone."""
    width: int
    height: int
    fps: Fraction


@dataclass(frozen=True)
class Sound:
    """An audio rendition."""

    codecs: str
    channels: int
    language: str
    """BCP 47; `und` where the manifest states none."""


@dataclass(frozen=True)
class ClosedCaptions:
    """A CEA-608 channel."""

    service: str
    """`CC1` to `CC4`."""
    language: str
    """BCP 47; `und` where the manifest states none."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A manifest's content; the same shape for what is expected and for what a parser found."""

    pictures: tuple[Picture, ...]
    sounds: tuple[Sound, ...]
    """In HLS without the group `audio-only`, whose tracks are counted below."""
    captions: tuple[str, ...]
    """Languages of the text renditions."""
    audio_only: int
    """Variants without a picture (HLS)."""
    trick_play: tuple[Picture, ...]
    """I-frame variants (HLS) or representations of a trick-mode adaptation set (DASH)."""
    embedded: tuple[ClosedCaptions, ...] = ()
    """CEA-608 inside the pictures, which every AVC and HEVC rendition offers."""


def hls(plan: Plan, *, embedded: bool = False) -> Manifest:
    """What the HLS master lists. A picture listed once with each audio group counts once.

    `embedded`: whether CEA-608 stays inside the picture; else it is WebVTT like other captions.

    Its I-frame playlist is of the first rung, in MediaConvert's and in the packager's output alike.
    """
    trick = (_pictures(plan)[0],) if plan.ladder.trick_play else ()
    return Manifest(
        pictures=_pictures(plan),
        sounds=tuple(_sound(track) for track in plan.audio if not track.audio_only),
        captions=_texts(plan, embedded),
        audio_only=sum(track.audio_only for track in plan.audio),
        trick_play=trick,
        embedded=_embedded(plan, embedded),
    )


def dash(plan: Plan, *, embedded: bool = False) -> Manifest:
    """What the packager's MPD lists: all audio as sets of its own, and the trick-play stream."""
    trick = plan.ladder.trick_play
    width, height = plan.trick_size
    winding: tuple[Picture, ...] = ()
    if trick:
        winding = (Picture(codec_string("avc", "main", plan.trick_level), width, height, Fraction(1, trick.interval)),)
    return Manifest(
        pictures=_pictures(plan),
        sounds=tuple(_sound(track) for track in plan.audio),
        captions=_texts(plan, embedded),
        audio_only=0,
        trick_play=winding,
        embedded=_embedded(plan, embedded),
    )


def differences(expected: Manifest, found: Manifest) -> list[str]:
    """What is missing, and what is there that should not be; empty if they agree. Codec strings are compared by `serves`."""
    return [
        *_unmatched("rendition", expected.pictures, found.pictures),
        *_unmatched("trick play", expected.trick_play, found.trick_play),
        *_counted("audio", expected.sounds, found.sounds),
        *_counted("captions", expected.captions, found.captions),
        *_counted("closed captions", expected.embedded, found.embedded),
        *([] if expected.audio_only == found.audio_only else [f"audio-only variants: {found.audio_only} instead of {expected.audio_only}"]),
    ]


def with_audio_only(master: str, plan: Plan) -> str:
    """The packager's HLS master with a variant for each audio-only track, which it never writes beside pictures."""
    lines = [master.rstrip("\n")]
    for track in (track for track in plan.audio if track.audio_only):
        lines += audio_only_variant(track.kbps, track.codecs, track.group, f"{track.name}.m3u8")
    return "\n".join(lines) + "\n"


def with_closed_captions(master: str, plan: Plan) -> str:
    """The packager's HLS master with the plan's CEA-608 channels, offered by each variant whose codec carries them.

    The packager says NONE, which no variant may where another one has captions.
    Source: RFC 8216, 4.3.4.1 (`INSTREAM-ID`) and 4.3.4.2 (`CLOSED-CAPTIONS`).
    """
    found = _embedded(plan, embedded=True)
    if not found:
        return master
    lines = [
        f'{line},CLOSED-CAPTIONS="{CLOSED_GROUP}"' if line.startswith(_VARIANT) and any(codec in line for codec in CARRIERS) else line
        for line in master.replace(_NO_CAPTIONS, "").splitlines()
    ]
    first = next(index for index, line in enumerate(lines) if line.startswith(_VARIANT))
    return "\n".join([*lines[:first], *(_closed_media(each) for each in found), *lines[first:]]) + "\n"


def _closed_media(captions: ClosedCaptions) -> str:
    return (
        f'#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="{CLOSED_GROUP}",{spoken(captions.language)}NAME="{captions.service}",'
        f'AUTOSELECT=YES,INSTREAM-ID="{captions.service}"'
    )


def spoken(language: str) -> str:
    """The attribute of an HLS rendition in a language that is known, with the comma behind it."""
    return "" if language == UNKNOWN else f'LANGUAGE="{language}",'


def with_accessibility(mpd: str, plan: Plan) -> str:
    """The packager's MPD with the plan's CEA-608 channels in each set of pictures that carries them, trick play's not.

    Source: ANSI/SCTE 214-1, but that languages are BCP 47's, as everywhere in the MPD; ISO/IEC 23009-1 fixes the element's place.
    """
    found = _embedded(plan, embedded=True)
    if not found:
        return mpd
    value = ";".join(each.service if each.language == UNKNOWN else f"{each.service}={each.language}" for each in found)
    element = f'<Accessibility schemeIdUri="{CLOSED_SCHEME}" value="{value}"/>'

    def said(match: re.Match[str]) -> str:
        whole = match[0]
        if TRICK_MODE in whole or not any(f'codecs="{codec}' in whole for codec in CARRIERS):
            return whole
        return _AFTER_ACCESSIBILITY.sub(lambda place: f"{place[1]}{element}{place[0]}", whole, count=1)

    return _ADAPTATION_SET.sub(said, mpd)


def audio_only_variant(kbps: int, codecs: str, group: str, playlist: str) -> list[str]:
    """The two lines of a master that offer a sound without pictures."""
    bandwidth = ceil(kbps * 1000 * 1.1)  # CMAF adds a few percent to so low a rate
    return [f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},CODECS="{codecs}",AUDIO="{group}"', playlist]


def _texts(plan: Plan, embedded: bool) -> tuple[str, ...]:
    return tuple(track.language for track in plan.ladder.captions if track.kind == "webvtt" or not embedded)


def _embedded(plan: Plan, embedded: bool) -> tuple[ClosedCaptions, ...]:
    channels = [track for track in plan.ladder.captions if track.kind == "cea608"] if embedded else []
    return tuple(ClosedCaptions(f"CC{track.channel}", track.language) for track in channels)


def _pictures(plan: Plan) -> tuple[Picture, ...]:
    return tuple(Picture(rung.rendition.codecs, rung.width, rung.height, rung.fps) for rung in plan.rungs)


def _sound(track: AudioTrack) -> Sound:
    return Sound(track.codecs, track.channels, track.language)


def _same(one: Picture, other: Picture) -> bool:
    return (
        (one.width, one.height) == (other.width, other.height)
        and serves(one.codecs, other.codecs)
        and abs(one.fps - other.fps) < RATE_TOLERANCE
    )


def _unmatched(what: str, expected: Iterable[Picture], found: Iterable[Picture]) -> Iterator[str]:
    left = list(found)
    for picture in expected:
        match = next((other for other in left if _same(picture, other)), None)
        if match is None:
            yield f"{what} {picture.codecs} {picture.width}x{picture.height} at {float(picture.fps):g} frames a second is missing"
        else:
            left.remove(match)
    for other in left:
        yield f"{what} {other.codecs} {other.width}x{other.height} at {float(other.fps):g} frames a second is not expected"


def _counted(what: str, expected: Iterable[object], found: Iterable[object]) -> Iterator[str]:
    wanted, present = Counter(expected), Counter(found)
    yield from (f"{what} {one} is missing" for one in (wanted - present).elements())
    yield from (f"{what} {one} is not expected" for one in (present - wanted).elements())
