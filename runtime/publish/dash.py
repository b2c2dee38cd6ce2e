"""A DASH presentation as its MPD says it is. Source: ISO/IEC 23009-1; DASH-IF Interoperability Points, for trick play and protection."""

import re
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any, Final
from xml.parsers.expat import ExpatError

from mpegdash.parser import MPEGDASHParser

from marquee.domain.ladder.drm import SYSTEM_IDS
from marquee.domain.ladder.manifests import CARRIERS, CLOSED_SCHEME, TRICK_MODE, ClosedCaptions, Manifest, Picture, Sound
from runtime.publish.found import BadManifestError, Kind, Listed, Track, below

_PROTECTION: Final = "urn:mpeg:dash:mp4protection:2011"
_SYSTEMS: Final = {f"urn:uuid:{identifier}": name for name, identifier in SYSTEM_IDS.items()}
_DOLBY: Final = {"F801": 6, "A000": 2, "4000": 1}
"""Channel configurations of E-AC-3. Source: ETSI TS 102 366, annex I."""
_NAMES: Final = re.compile(r"\$(Number|Time|RepresentationID|Bandwidth)?(?:%0(\d+)d)?\$")
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?")


def read(text: str) -> Listed:
    """The presentation that the MPD `text` describes. Raises BadManifestError."""
    if "<!DOCTYPE" in text:
        raise BadManifestError("the MPD declares entities")
    try:
        mpd = MPEGDASHParser.parse(text)
        length = _seconds(mpd.media_presentation_duration)
        sets = [(each, length) for period in mpd.periods for each in period.adaptation_sets]
        tracks = [track for each, seconds in sets for track in _tracks(each, seconds)]
    except BadManifestError:
        raise
    except (ExpatError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise BadManifestError(f"the MPD cannot be parsed: {error!r}"[:200]) from None
    if mpd.type not in {None, "static"}:
        raise BadManifestError("the MPD is of a live stream")
    manifest = Manifest(
        pictures=tuple(track.stated for track in tracks if track.kind == "video" and isinstance(track.stated, Picture)),
        sounds=tuple(track.stated for track in tracks if track.kind == "audio" and isinstance(track.stated, Sound)),
        captions=tuple(each.lang or "und" for each, _ in sets if _kind(each) == "text" for _representation in each.representations),
        audio_only=0,
        trick_play=tuple(track.stated for track in tracks if track.kind == "trick" and isinstance(track.stated, Picture)),
        embedded=_closed([each for each, _ in sets if _kind(each) in {"video", "trick"}]),
    )
    return Listed(manifest=manifest, tracks=tuple(tracks))


def _tracks(adaptation: Any, length: float) -> Iterator[Track]:
    kind = _kind(adaptation)
    protections = [*(adaptation.content_protections or [])]
    for each in adaptation.representations:
        mine = [*protections, *(each.content_protections or [])]
        schemes = {found.value for found in mine if found.scheme_id_uri.lower() == _PROTECTION}
        init, segments, seconds = _files(adaptation, each, length)
        yield Track(
            name=f"representation {each.id}",
            kind=kind,
            stated=_stated(kind, adaptation, each),
            init=init,
            segments=segments,
            seconds=seconds,
            scheme=schemes.pop() if len(schemes) == 1 else None,
            systems=frozenset(_SYSTEMS[uri] for found in mine if (uri := found.scheme_id_uri.lower()) in _SYSTEMS),
        )


def _closed(sets: list[Any]) -> tuple[ClosedCaptions, ...]:
    """The channels that every set of pictures names whose codec carries captions, and no other set."""
    said: set[tuple[bool, str | None]] = set()
    for each in sets:
        codecs = str(each.representations[0].codecs or each.codecs or "")
        value = next((found.value for found in each.accessibilities or [] if found.scheme_id_uri == CLOSED_SCHEME), None)
        said.add((_kind(each) == "video" and codecs.startswith(CARRIERS), value))
    named = {value for carries, value in said if carries}
    if len(named) > 1 or any(value for carries, value in said if not carries):
        raise BadManifestError("its pictures do not all offer the same closed captions")
    parts = [part.partition("=") for value in named if value for part in value.split(";")]
    return tuple(ClosedCaptions(service, language or "und") for service, _, language in parts)


def _kind(adaptation: Any) -> Kind:
    properties = [*(adaptation.essential_properties or []), *(adaptation.supplemental_properties or [])]
    if any(each.scheme_id_uri == TRICK_MODE for each in properties):
        return "trick"
    first = adaptation.representations[0]
    said = adaptation.content_type or (adaptation.mime_type or first.mime_type or "").partition("/")[0]
    known: dict[str, Kind] = {"video": "video", "audio": "audio", "image": "images"}
    return known.get(said, "text")


def _stated(kind: Kind, adaptation: Any, each: Any) -> Picture | Sound | None:
    codecs = each.codecs or adaptation.codecs or ""
    if kind in {"video", "trick"}:
        rate = each.frame_rate or adaptation.frame_rate or "0"
        return Picture(codecs, each.width or adaptation.width or 0, each.height or adaptation.height or 0, Fraction(str(rate)))
    if kind == "audio":
        return Sound(codecs, _channels(adaptation, each), adaptation.lang or "und")
    return None


def _channels(adaptation: Any, each: Any) -> int:
    said = [*(each.audio_channel_configurations or []), *(adaptation.audio_channel_configurations or [])]
    if not said:
        return 0
    value = str(said[0].value)
    return _DOLBY.get(value.upper(), 0) if "dolby" in said[0].scheme_id_uri else int(value)


def _files(adaptation: Any, each: Any, length: float) -> tuple[str | None, tuple[str, ...], float]:
    """Initialisation, segments, and how long they are in seconds."""
    templates = [*(each.segment_templates or []), *(adaptation.segment_templates or [])]
    if not templates:
        raise BadManifestError(f"representation {each.id} has no template of segments")
    template = templates[0]
    base = "".join(url.base_url_value for url in (each.base_urls or []))

    def name(pattern: str, number: int = 0, time: int = 0) -> str:
        values = {"Number": number, "Time": time, "RepresentationID": each.id, "Bandwidth": each.bandwidth, None: "$"}

        def fill(match: re.Match[str]) -> str:
            value = values[match[1]]
            return f"{int(value):0{match[2]}d}" if match[2] else str(value)

        return below(base + _NAMES.sub(fill, pattern))

    scale, first = template.timescale or 1, template.start_number if template.start_number is not None else 1
    init = name(template.initialization) if template.initialization else None
    if template.segment_timelines:
        times = list(_timeline(template.segment_timelines[0]))
        segments = tuple(name(template.media, first + index, start) for index, (start, _) in enumerate(times))
        return init, segments, sum(span for _, span in times) / scale
    count = ceil(Fraction(length).limit_denominator(1000) * scale / template.duration)
    return init, tuple(name(template.media, first + index, index * template.duration) for index in range(count)), length


def _timeline(timeline: Any) -> Iterator[tuple[int, int]]:
    """Start and length of each segment, in units of the timescale."""
    at = 0
    for each in timeline.Ss:
        at = each.t if each.t is not None else at
        for _ in range((each.r or 0) + 1):
            yield at, each.d
            at += each.d


def _seconds(text: str | None) -> float:
    match = _DURATION.fullmatch(text or "")
    if not match:
        raise BadManifestError("the MPD states no duration")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
