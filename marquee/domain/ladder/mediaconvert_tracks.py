"""What a MediaConvert output says of its track, in whatever group it is: the API's `VideoDescription` and its siblings."""

from typing import Any, Final

from marquee.domain.ladder.codecs import VideoCodec
from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.ladder.tracks import UNKNOWN, AudioTrack, CaptionTrack
from marquee.domain.media import DynamicRange

Settings = dict[str, Any]
"""Part of a request, in the API's own names."""

_CODECS: Final[dict[VideoCodec, tuple[str, str]]] = {
    "avc": ("H_264", "H264Settings"),
    "hevc": ("H_265", "H265Settings"),
    "av1": ("AV1", "Av1Settings"),
}
AUDIO_SELECTOR: Final = "Audio"
_DEINTERLACER: Final[Settings] = {"Mode": "DEINTERLACE", "Algorithm": "INTERPOLATE", "Control": "NORMAL"}
"""`NORMAL` leaves progressive pictures alone. Without it, fields are woven into combs."""
_TONES: Final[dict[DynamicRange, str]] = {"PQ": "VIBRANT", "HLG": "PRESERVE_DETAILS"}
"""HDR → how its tones are mapped, as the API recommends for HDR10 and does for HLG in any case."""


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


def preprocessors(plan: Plan) -> Settings:
    """The `VideoPreprocessors` of every output of pictures: whole frames, samples in video's range, and HDR mapped to BT.709.

    Sources: MediaConvert API reference, `ColorCorrector`; user guide, "Converting the color space".
    """
    colours: Settings = {"SampleRangeConversion": "LIMITED_RANGE_SQUEEZE"}
    if (source := plan.source.dynamic_range) != "SDR":
        colours |= {"ColorSpaceConversion": "FORCE_709", "HdrToSdrToneMapper": _TONES[source]}
    return {"Deinterlacer": _DEINTERLACER, "ColorCorrector": colours}


def video_description(plan: Plan, rung: Rung, *, mp4: bool) -> Settings:
    """A rung. `mp4`: whether its container is one, where HEVC is told to keep its parameters out of the samples."""
    codec, block = _CODECS[rung.rendition.codec]
    return {
        "Width": rung.width,
        "Height": rung.height,
        "ScalingBehavior": "DEFAULT",
        "AntiAlias": "ENABLED",
        "VideoPreprocessors": preprocessors(plan),
        "CodecSettings": {"Codec": codec, block: _video_settings(rung, mp4=mp4)},
    }


def _video_settings(rung: Rung, *, mp4: bool) -> Settings:
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
    packaging = {"WriteMp4PackagingType": "HVC1"} if mp4 else {}
    return {**common, "CodecProfile": "MAIN10_MAIN" if chosen.profile == "main10" else "MAIN_MAIN", **packaging}


def audio_description(track: AudioTrack) -> Settings:
    """A sound."""
    described: Settings = {
        "AudioSourceName": AUDIO_SELECTOR,
        "CodecSettings": {"Codec": "AAC", "AacSettings": _aac(track)}
        if track.codec == "aac"
        else {"Codec": "EAC3", "Eac3Settings": _eac3(track)},
    }
    if track.language != UNKNOWN:
        described |= {"CustomLanguageCode": track.language, "LanguageCodeControl": "USE_CONFIGURED"}
    return described


def audio_role(track: AudioTrack, plan: Plan) -> str:
    """The `AudioTrackType`. The first track that is not audio-only plays unless the viewer chooses."""
    if track.audio_only:
        return "AUDIO_ONLY_VARIANT_STREAM"
    first = next(other for other in plan.audio if not other.audio_only)
    return "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT" if track == first else "ALTERNATE_AUDIO_AUTO_SELECT"


def audio_length(plan: Plan) -> Settings:
    """What a sound's container says of its length: the picture's, where the master's are not equal and the picture gets black behind.

    Source: MediaConvert user guide, "Padding video with black video frames".
    """
    return {"AudioDuration": "MATCH_VIDEO_DURATION"} if plan.source.fill_until else {}


def audio_groups(plan: Plan) -> str:
    """The `AudioRenditionSets` of every picture, between commas; empty if the plan is silent."""
    return ",".join(dict.fromkeys(track.group for track in plan.audio if not track.audio_only))


def caption_description(track: CaptionTrack) -> Settings:
    """A text, as WebVTT."""
    known = track.language != UNKNOWN
    return {
        "CaptionSelectorName": track.name,
        **({"CustomLanguageCode": track.language} if known else {}),
        "LanguageDescription": track.language if known else f"CC{track.channel}",
        "DestinationSettings": {"DestinationType": "WEBVTT", "WebvttDestinationSettings": {"StylePassthrough": "ENABLED"}},
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
