"""A plan as MediaLive encoder settings: one HLS group of transport streams, pushed to MediaPackage v2, which makes CMAF of it."""

from dataclasses import dataclass
from typing import Any, Final

from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.ladder.tracks import UNKNOWN, AudioTrack

Settings = dict[str, Any]
"""Part of a request, in the API's own names."""

AUDIO_SELECTOR: Final = "audio"
CAPTION_SELECTOR: Final = "cea608"


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What the settings refer to."""

    destination: str
    """Id of the channel's destination, whose two URLs are MediaPackage's ingest endpoints."""


def encoder_settings(plan: Plan, channel: Channel) -> Settings:
    """The `EncoderSettings` of a channel.

    Sound and embedded captions ride in every video output: MediaPackage v2 takes muxed transport streams over HLS and separates them.
    AV1 is left out: HLS ingest takes AVC and HEVC (MediaPackage v2 user guide, "Supported inputs and outputs"). WebVTT tracks are left
    out: a live source has no caption files, and MediaPackage makes WebVTT of CEA-608. Trick play and thumbnails are MediaPackage's too.
    Frame rates are the plan's, so the plan must be made for what the contribution sends. ValueError if nothing is left to encode.
    """
    rungs = [rung for rung in plan.rungs if rung.rendition.codec != "av1"]
    if not rungs:
        raise ValueError("renditions: a live channel takes AVC and HEVC alone, nothing is left to encode; give the ladder such rungs")
    audio = [track for track in plan.audio if not track.audio_only]
    captions = _captions(plan)
    settings: Settings = {
        "TimecodeConfig": {"Source": "SYSTEMCLOCK"},
        "GlobalConfiguration": {
            # Both pipelines cut at the same moments, so that MediaPackage can change from one to the other inside a programme.
            "OutputLockingMode": "PIPELINE_LOCKING",
            "SupportLowFramerateInputs": "ENABLED",
        },
        "VideoDescriptions": [_video(rung) for rung in rungs],
        "AudioDescriptions": [_audio(track) for track in audio],
        "CaptionDescriptions": captions,
        "OutputGroups": [
            {
                "Name": "MediaPackage",
                "OutputGroupSettings": {"HlsGroupSettings": _group(plan, channel)},
                "Outputs": [_output(rung, audio, captions) for rung in rungs],
            }
        ],
    }
    return settings


def input_settings(plan: Plan) -> Settings:
    """The `InputSettings` of the channel's input attachment: the selectors that the descriptions name."""
    settings: Settings = {"SourceEndBehavior": "CONTINUE"}
    if plan.audio:
        settings["AudioSelectors"] = [{"Name": AUDIO_SELECTOR}]
    if _captions(plan):
        channels = [track.channel for track in plan.ladder.captions if track.kind == "cea608"]
        embedded = {"Source608ChannelNumber": min(channels), "Scte20Detection": "OFF"}
        settings["CaptionSelectors"] = [{"Name": CAPTION_SELECTOR, "SelectorSettings": {"EmbeddedSourceSettings": embedded}}]
    return settings


def _group(plan: Plan, channel: Channel) -> Settings:
    return {
        "Destination": {"DestinationRefId": channel.destination},
        "HlsCdnSettings": {
            "HlsBasicPutSettings": {"ConnectionRetryInterval": 1, "NumRetries": 10, "FilecacheDuration": 300, "RestartDelay": 15}
        },
        "Mode": "LIVE",
        "OutputSelection": "MANIFESTS_AND_SEGMENTS",
        # MediaLive ends a segment at the first key frame at or after this many seconds.
        "SegmentLength": max(1, int(plan.segment_duration)),
        "SegmentationMode": "USE_SEGMENT_DURATION",
        "IndexNSegments": 10,
        "KeepSegments": 21,
        "InputLossAction": "EMIT_OUTPUT",
        "ProgramDateTime": "INCLUDE",
        "ProgramDateTimePeriod": 1,
        "CodecSpecification": "RFC_6381",
        "ManifestDurationFormat": "FLOATING_POINT",
        "StreamInfResolution": "INCLUDE",
        "RedundantManifest": "ENABLED",
        "IFrameOnlyPlaylists": "DISABLED",
        "ClientCache": "ENABLED",
        "TsFileMode": "SEGMENTED_FILES",
    }


def _video(rung: Rung) -> Settings:
    chosen = rung.rendition
    common: Settings = {
        "RateControlMode": "QVBR",
        "QvbrQualityLevel": chosen.quality,
        "MaxBitrate": chosen.max_kbps * 1000,
        "BufSize": chosen.max_kbps * 2000,
        "FramerateNumerator": rung.fps.numerator,
        "FramerateDenominator": rung.fps.denominator,
        "GopSize": float(rung.gop),
        "GopSizeUnits": "FRAMES",
        "GopClosedCadence": 1,
        "SceneChangeDetect": "DISABLED",
        "ScanType": "PROGRESSIVE",
        "ParNumerator": 1,
        "ParDenominator": 1,
        "LookAheadRateControl": "HIGH",
    }
    number = chosen.level.removesuffix(".0").replace(".", "_")
    if chosen.codec == "avc":
        block = {
            "H264Settings": {
                **common,
                "FramerateControl": "SPECIFIED",
                "ParControl": "SPECIFIED",
                "Profile": chosen.profile.upper(),
                "Level": f"H264_LEVEL_{number}",
            }
        }
    else:
        profile = "MAIN_10BIT" if chosen.profile == "main10" else "MAIN"
        block = {"H265Settings": {**common, "Profile": profile, "Tier": "MAIN", "Level": f"H265_LEVEL_{number}"}}
    return {"Name": rung.name, "Width": rung.width, "Height": rung.height, "ScalingBehavior": "DEFAULT", "CodecSettings": block}


def _audio(track: AudioTrack) -> Settings:
    bitrate = float(track.kbps * 1000)
    codec: Settings = (
        {
            "AacSettings": {
                "Bitrate": bitrate,
                "CodingMode": "CODING_MODE_2_0",
                "SampleRate": 48_000.0,
                "RateControlMode": "CBR",
                "Profile": "LC",
            }
        }
        if track.codec == "aac"
        else {"Eac3Settings": {"Bitrate": bitrate, "CodingMode": "CODING_MODE_3_2", "LfeControl": "LFE"}}
    )
    description: Settings = {"Name": track.name, "AudioSelectorName": AUDIO_SELECTOR, "CodecSettings": codec}
    if track.language != UNKNOWN:
        description |= {"LanguageCode": track.language, "LanguageCodeControl": "USE_CONFIGURED"}
    return description


def _captions(plan: Plan) -> list[Settings]:
    """One entity passes all four CEA-608 channels through. MediaLive user guide, "Captions categories"."""
    tracks = [track for track in plan.ladder.captions if track.kind == "cea608"]
    if not tracks:
        return []
    embedded: Settings = {"EmbeddedDestinationSettings": {}}
    return [
        {
            "Name": CAPTION_SELECTOR,
            "CaptionSelectorName": CAPTION_SELECTOR,
            "LanguageCode": tracks[0].language,
            "DestinationSettings": embedded,
        }
    ]


def _output(rung: Rung, audio: list[AudioTrack], captions: list[Settings]) -> Settings:
    return {
        "OutputName": rung.name,
        "VideoDescriptionName": rung.name,
        "AudioDescriptionNames": [track.name for track in audio],
        "CaptionDescriptionNames": [one["Name"] for one in captions],
        "OutputSettings": {
            "HlsOutputSettings": {
                "NameModifier": f"-{rung.name}",
                "HlsSettings": {"StandardHlsSettings": {"M3u8Settings": {"PcrControl": "PCR_EVERY_PES_PACKET"}}},
            }
        },
    }
