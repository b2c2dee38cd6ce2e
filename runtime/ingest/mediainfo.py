"""What libmediainfo says of a file, in the platform's own terms."""

import re
from typing import IO, Any, NamedTuple

from pymediainfo import MediaInfo, Track

from marquee.domain.media import AudioTrack, VideoTrack
from runtime.ingest import sandbox
from runtime.ingest.ranges import RangeReader

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
    video: list[VideoTrack]
    audio: list[AudioTrack]
    highest_rate: float | None
    """Frames a second that the first picture reaches, where its rate varies."""


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
    parsed = Parsed(
        container=str(general.format or "") if general else "",
        duration_ms=_duration(general) if general else None,
        truncated=bool(general) and general.istruncated == "Yes",
        video=[_video(track) for track in video],
        audio=[_audio(track) for track in tracks if track.track_type == "Audio"],
        highest_rate=_highest_rate(video[0]) if video else None,
    )
    return parsed._asdict()


def _duration(track: Track) -> int | None:
    # A number from some parsers and text with six decimals from others.
    return round(float(track.duration)) if track.duration else None


def _highest_rate(track: Track) -> float | None:
    rate = track.maximum_frame_rate or track.frame_rate
    return float(rate) if rate else None


def _video(track: Track) -> VideoTrack:
    width, height = round(int(track.width) * float(track.pixel_aspect_ratio or 1)), int(track.height)
    turned = round(float(track.rotation or 0)) % 180 == 90
    return {
        "codec": str(track.format or "unknown"),
        "width": height if turned else width,
        "height": width if turned else height,
        # The library's decimal rate beside it may be an average that it divided out of a duration, other tracks' included.
        "frameRate": f"{track.framerate_num}/{track.framerate_den}" if track.framerate_num and track.framerate_den else None,
    }


def _audio(track: Track) -> AudioTrack:
    return {
        "codec": str(track.format or "unknown"),
        "channels": _first_number(track.channel_s) or 0,
        "sampleRate": _first_number(track.sampling_rate),
        "language": str(track.language) if track.language else None,
    }


def _first_number(value: object) -> int | None:
    """Of sound that decoders may take in several ways (HE-AAC, DTS-HD, Atmos) the library lists them, such as `8 / 6`: the fullest first.

    Before the beds of objects stand words: `Object Based / 8`.
    """
    found = re.search(r"\d+", str(value or ""))
    return int(found[0]) if found else None
