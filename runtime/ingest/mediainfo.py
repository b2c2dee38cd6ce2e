"""What libmediainfo says of a file, in the platform's own terms."""

import re
from typing import IO, Any, NamedTuple

from pymediainfo import MediaInfo, Track

from marquee.domain.media import AudioTrack, DynamicRange, LeftOut, LeftOutKind, VideoTrack
from runtime.ingest import sandbox
from runtime.ingest.ranges import RangeReader

_OWN_CLOCK = {"Matroska", "WebM", "MPEG-TS", "BDAV"}
"""Containers whose time need not begin at zero. In MP4 the library's delay is a time code."""
_STEADIER_MS = 60 * 60 * 1000  # tracks that begin further apart have clocks of their own
_BITMAPS = {"PGS", "VobSub", "DVB Subtitle", "XSUB"}
_KINDS: dict[str, LeftOutKind] = {"Video": "video", "Audio": "audio", "Text": "text"}
_RANGES: dict[str, DynamicRange] = {"PQ": "PQ", "HLG": "HLG"}
_SECONDS = 30  # of computing; a sound file of any length takes well under one
_OPTIONS = {
    # How far a transport stream is searched from each end; the library's own 64 MB would be most of what a probe ever reads.
    "MpegTs_MaximumOffset": str(4 * 1024 * 1024),
}


class Parsed(NamedTuple):
    """A parsed file. No video and no duration are for the caller to judge."""

    container: str
    duration_ms: int | None
    truncated: bool
    encrypted: bool
    video: list[VideoTrack]
    audio: list[AudioTrack]
    left_out: list[LeftOut]
    highest_rate: float | None
    """Frames a second that the first picture reaches, where its rate varies."""
    interlaced: bool


def parse(file: RangeReader) -> Parsed:
    """Parse headers alone, in a sandbox: on some broken files the library loops for ever. Raises ParserFailedError for those."""
    if not MediaInfo.can_parse():  # loads the library, which the sandbox could not open
        raise RuntimeError("libmediainfo cannot be loaded: the artefact was built for another system")
    return Parsed(**sandbox.run(_parse, file, seconds=_SECONDS))


def _parse(file: IO[bytes]) -> dict[str, Any]:
    # A speed of 0 leaves out the media themselves, of which the library would else sample up to a hundred megabytes.
    tracks = MediaInfo.parse(file, parse_speed=0, mediainfo_options=_OPTIONS).tracks
    general = next((track for track in tracks if track.track_type == "General"), None)
    video = [track for track in tracks if track.track_type == "Video" and track.width and track.height]
    audio = [track for track in tracks if track.track_type == "Audio"]
    clock = _Clock(general, video + audio)
    text = [track for track in tracks if track.track_type == "Text" and not _inside_picture(track)]
    parsed = Parsed(
        container=str(general.format or "") if general else "",
        duration_ms=clock.duration(),
        truncated=bool(general) and general.istruncated == "Yes",
        encrypted=any(track.encryption for track in [*video[:1], *audio[:1]]),
        video=[_video(track, clock.end(track)) for track in video],
        audio=[_audio(track, clock.end(track)) for track in audio],
        left_out=[_left_out(track) for track in [*video[1:], *audio[1:], *text]],
        highest_rate=_highest_rate(video[0]) if video else None,
        interlaced=bool(video) and video[0].scan_type in {"Interlaced", "MBAFF", "PAFF"},
    )
    return parsed._asdict()


class _Clock:
    """When a file's tracks begin and end, in milliseconds from the first beginning. What the library says of the file counts from zero."""

    def __init__(self, general: Track | None, tracks: list[Track]):
        self._own = general is not None and general.format in _OWN_CLOCK
        # A number from some parsers and text with six decimals from others.
        self._stated = float(general.duration or 0) if general else 0.0
        self._begin = min(map(self._begins, tracks), default=0.0)
        self._ends = [self.end(track) for track in tracks]

    def duration(self) -> int | None:
        known = [end for end in self._ends if end is not None]
        lasts = max(known) if known and len(known) == len(self._ends) else self._stated - self._begin
        return round(lasts if 0 < lasts <= self._stated + _STEADIER_MS else self._stated) or None

    def end(self, track: Track) -> int | None:
        if not track.duration:
            return None
        begun = self._begins(track) if self._own else 0.0  # an edit list's delay is within its track's duration
        return round(float(track.duration) + begun - self._begin)

    def _begins(self, track: Track) -> float:
        """In QuickTime the library's delay is a time code's, to which it adds what an edit list does."""
        delay = float(track.delay or 0)
        return delay if self._own else max(0.0, float(track.source_delay or delay) - delay)


def _highest_rate(track: Track) -> float | None:
    rate = track.maximum_frame_rate or track.frame_rate
    return float(rate) if rate else None


def _video(track: Track, ends_ms: int | None) -> VideoTrack:
    width, height = round(int(track.width) * float(track.pixel_aspect_ratio or 1)), int(track.height)
    turned = round(float(track.rotation or 0)) % 180 == 90
    return {
        "codec": str(track.format or "unknown"),
        "width": height if turned else width,
        "height": width if turned else height,
        # The library's decimal rate beside it may be an average that it divided out of a duration, other tracks' included.
        "frameRate": f"{track.framerate_num}/{track.framerate_den}" if track.framerate_num and track.framerate_den else None,
        "endsMs": ends_ms,
        "dynamicRange": _RANGES.get(str(track.transfer_characteristics), "SDR"),
    }


def _inside_picture(track: Track) -> bool:
    """Captions that the picture carries are looked for there; a QuickTime track of them is a track."""
    return str(track.format).startswith("EIA-") and bool(track.muxing_mode)


def _left_out(track: Track) -> LeftOut:
    kind = "images" if track.format in _BITMAPS else _KINDS[track.track_type]
    return {"kind": kind, "codec": str(track.format or "unknown"), "language": str(track.language) if track.language else None}


def _audio(track: Track, ends_ms: int | None) -> AudioTrack:
    return {
        "codec": str(track.format or "unknown"),
        "channels": _first_number(track.channel_s) or 0,
        "endsMs": ends_ms,
        "sampleRate": _first_number(track.sampling_rate),
        "language": str(track.language) if track.language else None,
    }


def _first_number(value: object) -> int | None:
    """Of sound that decoders may take in several ways (HE-AAC, DTS-HD, Atmos) the library lists them, such as `8 / 6`: the fullest first.

    Before the beds of objects stand words: `Object Based / 8`.
    """
    found = re.search(r"\d+", str(value or ""))
    return int(found[0]) if found else None
