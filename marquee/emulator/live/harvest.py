"""A window of what a channel recorded, as files that play by themselves: the segments as they are, under manifests that end."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

_DASH: Final = "urn:mpeg:dash:schema:mpd:2011"
_LIVE_ONLY: Final = {
    "MPD": ("availabilityStartTime", "publishTime", "minimumUpdatePeriod", "timeShiftBufferDepth", "maxSegmentDuration"),
    "SegmentTemplate": ("availabilityTimeOffset", "availabilityTimeComplete"),
}
"""Element → attributes that mean nothing once it is over."""
_LIVE_PARTS: Final = frozenset({"UTCTiming", "ServiceDescription", "ProducerReferenceTime", "Resync"})
_NUMBER: Final = re.compile(r"\$Number%0(\d+)d\$")


class HarvestError(Exception):
    """There is nothing to cut, or not all of it."""


@dataclass(frozen=True, kw_only=True)
class _Stream:
    """One representation within the window."""

    id: str
    init: str
    files: list[str]
    seconds: float
    """Length of a segment."""
    starts: datetime


def cut(folder: Path, start: datetime, end: datetime) -> dict[str, bytes]:
    """Name → content of every file, whole segments that overlap the window. HarvestError if the window was not recorded.

    Only the present start of the encoder counts: a channel that lost its contribution began again.
    """
    try:
        root = ElementTree.fromstring((folder / "index.mpd").read_bytes())  # noqa: S314 our own encoder wrote it
        master = (folder / "index.m3u8").read_text()
    except (OSError, ElementTree.ParseError) as error:
        raise HarvestError("the channel has recorded nothing") from error
    streams = [_stream(root, folder, one, start, end) for one in root.iter(f"{{{_DASH}}}Representation")]
    names = {name for stream in streams for name in (stream.init, *stream.files)}
    made = {"index.mpd": _static(root, streams), "index.m3u8": master.encode()}
    made |= {f"media_{stream.id}.m3u8": _playlist(stream).encode() for stream in streams}
    return made | {name: (folder / name).read_bytes() for name in sorted(names)}


def _stream(root: ElementTree.Element, folder: Path, representation: ElementTree.Element, start: datetime, end: datetime) -> _Stream:
    template = representation.find(f"{{{_DASH}}}SegmentTemplate")
    if template is None:
        raise HarvestError("the manifest has no template of segments")
    began = datetime.fromisoformat(root.attrib["availabilityStartTime"]).astimezone(UTC)
    seconds = int(template.attrib["duration"]) / int(template.attrib["timescale"])
    first = max(1, math.floor((start - began).total_seconds() / seconds) + 1)
    last = math.ceil((end - began).total_seconds() / seconds)
    identifier = representation.attrib["id"]
    files = [_named(template.attrib["media"], identifier, number) for number in range(first, last + 1)]
    missing = [name for name in files if not (folder / name).is_file()]
    if missing or not files:
        raise HarvestError(f"{len(missing) or 'all'} of the window's segments were not recorded, or not yet")
    init = _named(template.attrib["initialization"], identifier, 0)
    return _Stream(id=identifier, init=init, files=files, seconds=seconds, starts=began + timedelta(seconds=(first - 1) * seconds))


def _named(pattern: str, identifier: str, number: int) -> str:
    return _NUMBER.sub(lambda width: f"{number:0{width[1]}d}", pattern.replace("$RepresentationID$", identifier))


def _static(root: ElementTree.Element, streams: list[_Stream]) -> bytes:
    longest = max(len(stream.files) * stream.seconds for stream in streams)
    for name, attributes in _LIVE_ONLY.items():
        for element in root.iter(f"{{{_DASH}}}{name}"):
            for attribute in attributes:
                element.attrib.pop(attribute, None)
    for parent in list(root.iter()):
        for child in [child for child in parent if child.tag.rpartition("}")[2] in _LIVE_PARTS]:
            parent.remove(child)
    root.attrib |= {"type": "static", "mediaPresentationDuration": f"PT{longest:.3f}S"}
    for stream, representation in zip(streams, root.iter(f"{{{_DASH}}}Representation"), strict=True):
        for template in representation.iter(f"{{{_DASH}}}SegmentTemplate"):
            first, span = _first_number(stream, template.attrib["media"]), template.attrib.pop("duration")
            starts = str((first - 1) * int(span))
            template.attrib |= {"startNumber": str(first), "presentationTimeOffset": starts}
            line = ElementTree.SubElement(template, f"{{{_DASH}}}SegmentTimeline")  # without one, ffmpeg looks for segments past the end
            ElementTree.SubElement(line, f"{{{_DASH}}}S", {"t": starts, "d": span, "r": str(len(stream.files) - 1)})
    ElementTree.register_namespace("", _DASH)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _first_number(stream: _Stream, pattern: str) -> int:
    return next(number for number in range(1, 1_000_000) if _named(pattern, stream.id, number) == stream.files[0])


def _playlist(stream: _Stream) -> str:
    return "\n".join(_lines(stream)) + "\n"


def _lines(stream: _Stream) -> Iterator[str]:
    yield from ("#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{math.ceil(stream.seconds)}", "#EXT-X-PLAYLIST-TYPE:VOD")
    yield f'#EXT-X-MAP:URI="{stream.init}"'
    yield f"#EXT-X-PROGRAM-DATE-TIME:{stream.starts.isoformat(timespec='milliseconds')}"
    for name in stream.files:
        yield from (f"#EXTINF:{stream.seconds:.6f},", name)
    yield "#EXT-X-ENDLIST"
