"""A plan as MediaConvert job settings, in the shape of the API's `JobSettings`: CMAF that HLS and DASH share, or transport streams."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marquee.domain.ladder import mediaconvert_cmaf, mediaconvert_ts
from marquee.domain.ladder.mediaconvert_cmaf import Speke
from marquee.domain.ladder.mediaconvert_tracks import AUDIO_SELECTOR, Settings
from marquee.domain.ladder.plan import Plan
from marquee.domain.ladder.tracks import CaptionTrack


@dataclass(frozen=True, kw_only=True)
class Job:
    """Where a job reads and writes."""

    master: str
    """`s3://` address of the master."""
    destination: str
    """`s3://` prefix and base name of every output, such as `s3://bucket/titles/film/v1/index`."""
    thumbnails: str | None = None
    """The same for thumbnails, where they are outputs of their own: beside transport streams."""
    captions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Language → `s3://` address of a WebVTT file, for each WebVTT track of the ladder."""
    speke: Speke | None = None


def job_settings(plan: Plan, job: Job) -> Settings:
    """The `Settings` of a CreateJob request.

    Every output is one track. CEA-608 becomes WebVTT: MediaConvert's CMAF carries no embedded captions
    (MediaConvert user guide, "Supported captions in CMAF output container"); live and ffmpeg pass it through.
    Raises ValueError if the plan is protected and the job has no key provider, or the other way round, if a WebVTT track has no file, if
    thumbnails have no place, and if no whole number of seconds gives the plan's segments.
    """
    protection, transport = plan.ladder.protection, plan.ladder.container == "ts"
    if (protection is None) != (job.speke is None):
        raise ValueError("job.speke and ladder.protection must come together, or media would be clear by mistake; give both or neither")
    if (transport and plan.ladder.thumbnails is not None) != (job.thumbnails is not None):
        raise ValueError("job.thumbnails is a place of their own, which thumbnails beside transport streams need and others do not have")
    missing = [track.language for track in plan.ladder.captions if track.kind == "webvtt" and track.language not in job.captions]
    if missing:
        raise ValueError(f"job.captions has no file for {', '.join(missing)}, viewers would see an empty track; add its address")
    if transport:
        groups = [mediaconvert_ts.group(plan, job.destination)]
        groups += [mediaconvert_ts.captures(plan, job.thumbnails)] if job.thumbnails else []
    else:
        groups = [mediaconvert_cmaf.group(plan, job.destination, job.speke)]
    return {"TimecodeConfig": {"Source": "ZEROBASED"}, "Inputs": [_input(plan, job)], "OutputGroups": groups}


def _input(plan: Plan, job: Job) -> Settings:
    selectors: Settings = {}
    picture = {"Rotate": "AUTO", **({"PadVideo": "BLACK"} if plan.source.fill_until else {})}
    if plan.audio:
        selectors["AudioSelectors"] = {AUDIO_SELECTOR: {"DefaultSelection": "DEFAULT"}}
    if plan.ladder.captions:
        selectors["CaptionSelectors"] = {track.name: {"SourceSettings": _caption_source(track, job)} for track in plan.ladder.captions}
    return {"FileInput": job.master, "TimecodeSource": "ZEROBASED", "VideoSelector": picture, **selectors}


def _caption_source(track: CaptionTrack, job: Job) -> Settings:
    if track.kind == "webvtt":
        return {"SourceType": "WEBVTT", "FileSourceSettings": {"SourceFile": job.captions[track.language]}}
    return {"SourceType": "EMBEDDED", "EmbeddedSourceSettings": {"Source608ChannelNumber": track.channel}}
