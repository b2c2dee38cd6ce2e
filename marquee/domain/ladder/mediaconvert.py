"""A plan as MediaConvert job settings: one CMAF group that HLS and DASH share, in the shape of the API's `JobSettings`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marquee.domain.ladder.codecs import VideoCodec
from marquee.domain.ladder.drm import SYSTEM_IDS, Protection, Scheme
from marquee.domain.ladder.plan import Plan, Rung, fit
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack

Settings = dict[str, Any]
"""Part of a request, in the API's own names."""

_METHODS: Final[dict[Scheme, str]] = {"cbcs": "SAMPLE_AES", "cenc": "AES_CTR"}
_CODECS: Final[dict[VideoCodec, tuple[str, str]]] = {
    "avc": ("H_264", "H264Settings"),
    "hevc": ("H_265", "H265Settings"),
    "av1": ("AV1", "Av1Settings"),
}
AUDIO_SELECTOR: Final = "Audio"


@dataclass(frozen=True, kw_only=True)
class Speke:
    """The key provider that a job asks for its content keys."""

    url: str
    """HTTPS address of a SPEKE v2 server; MediaConvert signs its requests with the job's role."""
    resource_id: str
    """Letters, digits, `_` and `-`: names the title version to the provider."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Where a job reads and writes."""

    master: str
    """`s3://` address of the master."""
    destination: str
    """`s3://` prefix and base name of every output, such as `s3://bucket/titles/film/v1/index`."""
    captions: Mapping[str, str] = field(default_factory=dict[str, str])
    """Language → `s3://` address of a WebVTT file, for each WebVTT track of the ladder."""
    speke: Speke | None = None


def job_settings(plan: Plan, job: Job) -> Settings:
    """The `Settings` of a CreateJob request.

    Every output is one track, since CMAF does not mux. CEA-608 becomes WebVTT: MediaConvert's CMAF carries no embedded captions
    (MediaConvert user guide, "Supported captions in CMAF output container"); live and ffmpeg pass it through.
    Raises ValueError if the plan is protected and the job has no key provider, or the other way round, if a WebVTT track has no file, and
    if no whole number of seconds gives the plan's segments.
    """
    protection = plan.ladder.protection
    if (protection is None) != (job.speke is None):
        raise ValueError("job.speke and ladder.protection must come together, or media would be clear by mistake; give both or neither")
    missing = [track.language for track in plan.ladder.captions if track.kind == "webvtt" and track.language not in job.captions]
    if missing:
        raise ValueError(f"job.captions has no file for {', '.join(missing)}, viewers would see an empty track; add its address")
    # The first track that is not audio-only plays unless the viewer chooses; a silent plan has none.
    alternates = [track for track in plan.audio if not track.audio_only] or [None]
    outputs = [
        *(_video_output(plan, rung) for rung in plan.rungs),
        *(_audio_output(track, first=track == alternates[0]) for track in plan.audio),
        *(_caption_output(track) for track in plan.ladder.captions),
    ]
    return {
        "TimecodeConfig": {"Source": "ZEROBASED"},
        "Inputs": [_input(plan, job)],
        "OutputGroups": [{"Name": "CMAF", "OutputGroupSettings": _group(plan, job, protection), "Outputs": outputs}],
    }


def _input(plan: Plan, job: Job) -> Settings:
    selectors: Settings = {}
    if plan.audio:
        selectors["AudioSelectors"] = {AUDIO_SELECTOR: {"DefaultSelection": "DEFAULT"}}
    if plan.ladder.captions:
        selectors["CaptionSelectors"] = {track.name: {"SourceSettings": _caption_source(track, job)} for track in plan.ladder.captions}
    return {"FileInput": job.master, "TimecodeSource": "ZEROBASED", "VideoSelector": {"Rotate": "AUTO"}, **selectors}


def _caption_source(track: CaptionTrack, job: Job) -> Settings:
    if track.kind == "webvtt":
        return {"SourceType": "WEBVTT", "FileSourceSettings": {"SourceFile": job.captions[track.language]}}
    return {"SourceType": "EMBEDDED", "EmbeddedSourceSettings": {"Source608ChannelNumber": track.channel}}


def _group(plan: Plan, job: Job, protection: Protection | None) -> Settings:
    group: Settings = {
        "Destination": job.destination,
        "WriteHlsManifest": "ENABLED",
        "WriteDashManifest": "ENABLED",
        "SegmentControl": "SEGMENTED_FILES",
        "SegmentLength": segment_length(plan),
        "SegmentLengthControl": "GOP_MULTIPLE",
        "FragmentLength": segment_length(plan),
        "CodecSpecification": "RFC_6381",
        "ManifestDurationFormat": "FLOATING_POINT",
        "StreamInfResolution": "INCLUDE",
        "TargetDurationCompatibilityMode": "SPEC_COMPLIANT",
        "MpdProfile": "MAIN_PROFILE",
    }
    thumbnails = plan.ladder.thumbnails
    if thumbnails:
        width, height = fit(thumbnails.width, thumbnails.height, plan.source)
        group["ImageBasedTrickPlay"] = "ADVANCED"
        group["ImageBasedTrickPlaySettings"] = {
            "IntervalCadence": "FOLLOW_CUSTOM",
            "ThumbnailInterval": float(thumbnails.interval),
            "ThumbnailWidth": width,
            "ThumbnailHeight": height,
            "TileWidth": thumbnails.columns,
            "TileHeight": thumbnails.rows,
        }
    if plan.ladder.trick_play:
        group["DashIFrameTrickPlayNameModifier"] = f"-{plan.ladder.trick_play.name}"
    if protection and job.speke:
        group["Encryption"] = _encryption(protection, job.speke)
    return {"Type": "CMAF_GROUP_SETTINGS", "CmafGroupSettings": group}


def segment_length(plan: Plan) -> int:
    """Whole seconds that MediaConvert rounds up to the plan's segments (`GOP_MULTIPLE` rounds up to the next group of pictures).

    6 for three groups of 2.002 s. Raises ValueError where none does: 2.5 s in groups of 0.5 s.
    """
    longest = int(plan.segment_duration)
    if longest <= plan.segment_duration - plan.gop_duration:
        raise ValueError(
            f"segmenting: no whole number of seconds rounds up to {float(plan.segment_duration):g} s "
            f"in groups of {float(plan.gop_duration):g} s, and MediaConvert takes whole seconds; choose whole seconds or longer groups"
        )
    return longest


def _encryption(protection: Protection, speke: Speke) -> Settings:
    """Separate keys for audio, SD, HD and UHD: the presets that `key_label` mirrors."""
    ids = {system: SYSTEM_IDS[system] for system in protection.systems}
    provider: Settings = {
        "ResourceId": speke.resource_id,
        "Url": speke.url,
        "EncryptionContractConfiguration": {"SpekeAudioPreset": "PRESET_AUDIO_1", "SpekeVideoPreset": "PRESET_VIDEO_3"},
        "HlsSignaledSystemIds": list(ids.values()),
    }
    dash = [identifier for system, identifier in ids.items() if system != "fairplay"]  # FairPlay has no DASH
    if dash:
        provider["DashSignaledSystemIds"] = dash
    return {
        "Type": "SPEKE",
        "EncryptionMethod": _METHODS[protection.scheme],
        "InitializationVectorInManifest": "INCLUDE",
        "SpekeKeyProvider": provider,
    }


def _video_output(plan: Plan, rung: Rung) -> Settings:
    codec, block = _CODECS[rung.rendition.codec]
    container: Settings = {"IFrameOnlyManifest": "INCLUDE" if plan.ladder.trick_play and rung == plan.rungs[0] else "EXCLUDE"}
    groups = dict.fromkeys(track.group for track in plan.audio if not track.audio_only)
    if groups:
        container["AudioRenditionSets"] = ",".join(groups)
    return {
        "NameModifier": f"-{rung.name}",
        "ContainerSettings": {"Container": "CMFC", "CmfcSettings": container},
        "VideoDescription": {
            "Width": rung.width,
            "Height": rung.height,
            "ScalingBehavior": "DEFAULT",
            "AntiAlias": "ENABLED",
            "CodecSettings": {"Codec": codec, block: _video_settings(rung)},
        },
    }


def _video_settings(rung: Rung) -> Settings:
    chosen = rung.rendition
    common: Settings = {
        "RateControlMode": "QVBR",
        "QvbrSettings": {"QvbrQualityLevel": chosen.quality},
        "MaxBitrate": chosen.max_kbps * 1000,
        "FramerateControl": "SPECIFIED",
        "FramerateNumerator": rung.fps.numerator,
        "FramerateDenominator": rung.fps.denominator,
        "FramerateConversionAlgorithm": "DUPLICATE_DROP",
        "GopSize": float(rung.gop),
    }
    if chosen.codec == "av1":  # its group of pictures is always in frames and closed
        depth = "BIT_10" if chosen.profile == "main10" else "BIT_8"
        return {**common, "BitDepth": depth, "NumberBFramesBetweenReferenceFrames": 7}
    level = f"LEVEL_{chosen.level.removesuffix('.0').replace('.', '_')}"
    common |= {
        "GopSizeUnits": "FRAMES",
        "GopClosedCadence": 1,
        # A scene change must not start a group in one rung alone.
        "SceneChangeDetect": "DISABLED",
        "CodecLevel": level,
        "InterlaceMode": "PROGRESSIVE",
        "ParControl": "SPECIFIED",
        "ParNumerator": 1,
        "ParDenominator": 1,
        "QualityTuningLevel": "SINGLE_PASS_HQ",
    }
    if chosen.codec == "avc":
        return {**common, "CodecProfile": chosen.profile.upper()}
    return {**common, "CodecProfile": "MAIN10_MAIN" if chosen.profile == "main10" else "MAIN_MAIN", "WriteMp4PackagingType": "HVC1"}


def _audio_output(track: AudioTrack, *, first: bool) -> Settings:
    role = "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" if first else "ALTERNATE_AUDIO_AUTO_SELECT"
    description: Settings = {
        "AudioSourceName": AUDIO_SELECTOR,
        "CodecSettings": {"Codec": "AAC", "AacSettings": _aac(track)}
        if track.codec == "aac"
        else {"Codec": "EAC3", "Eac3Settings": _eac3(track)},
    }
    if track.language != "und":
        description |= {"CustomLanguageCode": track.language, "LanguageCodeControl": "USE_CONFIGURED"}
    return {
        "NameModifier": f"-{track.name}",
        "ContainerSettings": {
            "Container": "CMFC",
            "CmfcSettings": {"AudioGroupId": track.group, "AudioTrackType": "AUDIO_ONLY_VARIANT_STREAM" if track.audio_only else role},
        },
        "AudioDescriptions": [description],
    }


def _aac(track: AudioTrack) -> Settings:
    return {
        "Bitrate": track.kbps * 1000,
        "CodingMode": "CODING_MODE_2_0",
        "SampleRate": 48_000,
        "RateControlMode": "CBR",
        "CodecProfile": "LC",
    }


def _eac3(track: AudioTrack) -> Settings:
    return {"Bitrate": track.kbps * 1000, "CodingMode": "CODING_MODE_3_2", "LfeControl": "LFE", "SampleRate": 48_000}


def _caption_output(track: CaptionTrack) -> Settings:
    known = track.language != "und"
    return {
        "NameModifier": f"-{track.name}",
        "ContainerSettings": {"Container": "CMFC"},
        "CaptionDescriptions": [
            {
                "CaptionSelectorName": track.name,
                **({"CustomLanguageCode": track.language} if known else {}),
                "LanguageDescription": track.language if known else f"CC{track.channel}",
                "DestinationSettings": {"DestinationType": "WEBVTT", "WebvttDestinationSettings": {"StylePassthrough": "ENABLED"}},
            }
        ],
    }
