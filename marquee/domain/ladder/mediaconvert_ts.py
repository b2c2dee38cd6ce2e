"""An HLS group of outputs over MPEG-2 TS, clear: what MediaPackage packages just in time. Thumbnails are a group of their own."""

from typing import Final

from marquee.domain.ladder.mediaconvert_tracks import (
    Settings,
    audio_description,
    audio_groups,
    audio_length,
    audio_role,
    caption_description,
    preprocessors,
    segment_length,
    video_description,
)
from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack

CAPTURE: Final = "-thumbnail"
"""Ends the base name of thumbnails: `index-thumbnail.0000000.jpg`, `….0000001.jpg`."""
_MOST_CAPTURES: Final = 10_000_000  # what the API allows
_JPEG_QUALITY: Final = 80


def group(plan: Plan, destination: str) -> Settings:
    """The group. Pictures hold no sound, so that each is stored once and MediaPackage encrypts the sound under a key of its own.

    It has no pictures to seek by: MediaConvert lists its sheets in the master playlist, and MediaPackage passes on whatever is listed
    there, one picture a file and as long as a segment (user guide, "Using image media playlists"). ValueError of `segment_length`.
    """
    return {
        "Name": "HLS",
        "OutputGroupSettings": {
            "Type": "HLS_GROUP_SETTINGS",
            "HlsGroupSettings": {
                "Destination": destination,
                "OutputSelection": "MANIFESTS_AND_SEGMENTS",
                "DirectoryStructure": "SINGLE_DIRECTORY",
                "SegmentControl": "SEGMENTED_FILES",
                "SegmentLength": segment_length(plan),
                "SegmentLengthControl": "GOP_MULTIPLE",
                "MinSegmentLength": 0,
                "CaptionSegmentLengthControl": "MATCH_VIDEO",  # else they last five minutes
                "CodecSpecification": "RFC_6381",
                "ManifestCompression": "NONE",
                "ManifestDurationFormat": "FLOATING_POINT",
                "ProgramDateTime": "EXCLUDE",
                "StreamInfResolution": "INCLUDE",
                "TargetDurationCompatibilityMode": "SPEC_COMPLIANT",
            },
        },
        "Outputs": [
            *(_video_output(plan, rung) for rung in plan.rungs),
            *(_audio_output(plan, track) for track in plan.audio),
            *(_caption_output(track) for track in plan.ladder.captions),
        ],
    }


def captures(plan: Plan, destination: str) -> Settings:
    """A group of one output: the picture that is due at each interval, as a file."""
    grid = plan.ladder.thumbnails
    if grid is None:
        raise ValueError("thumbnails is None, there is nothing to capture; give the ladder Thumbnails")
    width, height = plan.thumbnail_size
    every = {"FramerateNumerator": 1, "FramerateDenominator": grid.interval, "MaxCaptures": _MOST_CAPTURES, "Quality": _JPEG_QUALITY}
    described: Settings = {
        "Width": width,
        "Height": height,
        "ScalingBehavior": "DEFAULT",
        "AntiAlias": "ENABLED",
        "VideoPreprocessors": preprocessors(plan),
        "CodecSettings": {"Codec": "FRAME_CAPTURE", "FrameCaptureSettings": every},
    }
    return {
        "Name": "Thumbnails",
        "OutputGroupSettings": {"Type": "FILE_GROUP_SETTINGS", "FileGroupSettings": {"Destination": destination}},
        "Outputs": [{"NameModifier": CAPTURE, "ContainerSettings": {"Container": "RAW"}, "VideoDescription": described}],
    }


def _video_output(plan: Plan, rung: Rung) -> Settings:
    listed: Settings = {"IFrameOnlyManifest": "EXCLUDE"}  # the packager makes one
    if groups := audio_groups(plan):
        listed["AudioRenditionSets"] = groups
    return {**_output(rung.name, listed), "VideoDescription": video_description(plan, rung, mp4=False)}


def _audio_output(plan: Plan, track: AudioTrack) -> Settings:
    """In a transport stream too: by default a sound alone is a raw elementary stream, whose time its segments tell by an ID3 tag."""
    listed = {"AudioGroupId": track.group, "AudioTrackType": audio_role(track, plan), "AudioOnlyContainer": "M2TS"}
    return {**_output(track.name, listed, audio_length(plan)), "AudioDescriptions": [audio_description(track)]}


def _caption_output(track: CaptionTrack) -> Settings:
    return {**_output(track.name, {}), "CaptionDescriptions": [caption_description(track)]}


def _output(name: str, listed: Settings, inside: Settings | None = None) -> Settings:
    return {
        "NameModifier": f"-{name}",
        "ContainerSettings": {"Container": "M3U8", "M3u8Settings": inside or {}},
        "OutputSettings": {"HlsSettings": listed},
    }
