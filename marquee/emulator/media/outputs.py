"""One output of a job: the track that it holds, and what its group's playlists say of it."""

from fractions import Fraction
from typing import Final

from marquee.domain.ladder.codecs import Profile, VideoCodec, lowest_level
from marquee.domain.ladder.drm import key_label
from marquee.domain.ladder.ffmpeg import Audio, Video
from marquee.domain.ladder.model import Container
from marquee.emulator.media.reader import Reader, RefusedError
from marquee.emulator.media.work import Picture, S3Place, Sound, Text

_VIDEO: Final[dict[str, tuple[VideoCodec, str]]] = {
    "H_264": ("avc", "H264Settings"),
    "H_265": ("hevc", "H265Settings"),
    "AV1": ("av1", "Av1Settings"),
}
_PROFILES: Final[dict[str, Profile]] = {"MAIN": "main", "HIGH": "high", "MAIN_MAIN": "main", "MAIN10_MAIN": "main10"}
_AUTO, _DEFAULT, _ONLY = "ALTERNATE_AUDIO_AUTO_SELECT", "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT", "AUDIO_ONLY_VARIANT_STREAM"


class Selectors:
    """An input's selectors, which outputs name."""

    def __init__(self, source: Reader):
        source.one_of("TimecodeSource", "EMBEDDED", "ZEROBASED")
        picture = source.child("VideoSelector")
        picture.one_of("Rotate", "DEGREE_0", "AUTO")
        self.padded: bool = picture.one_of("PadVideo", "DISABLED", "BLACK") == "BLACK"
        audio = source.named("AudioSelectors")
        for selector in audio.values():
            selector.one_of("DefaultSelection", "NOT_DEFAULT", "DEFAULT")
        self.audio = set(audio)
        self.captions = {
            name: _caption_source(selector.child("SourceSettings")) for name, selector in source.named("CaptionSelectors").items()
        }


def _caption_source(selector: Reader) -> S3Place | int:
    if selector.one_of("SourceType", "WEBVTT", "EMBEDDED") == "EMBEDDED":
        return int(selector.child("EmbeddedSourceSettings").one_of("Source608ChannelNumber", 1, 3))
    return s3_place(selector.child("FileSourceSettings"), "SourceFile")


def names(outputs: list[Reader], base: str) -> list[str]:
    """Refuses, as the service does, an output without a modifier of its own: two would write the same files."""
    modifiers = [str(output.need("NameModifier")) for output in outputs]
    for output, modifier in zip(outputs, modifiers, strict=True):
        if modifiers.count(modifier) > 1:
            raise RefusedError(f"{output.path('NameModifier')}: {modifier} is taken by another output of the group")
        kinds = [kind for kind in ("VideoDescription", "AudioDescriptions", "CaptionDescriptions") if kind in output]
        if len(kinds) != 1:
            raise RefusedError(f"{output.path('VideoDescription')}: the emulator carries out outputs of one track, this one {len(kinds)}")
    return [base + modifier for modifier in modifiers]


def picture(output: Reader, name: str, kind: Container) -> Picture:
    """A video output."""
    listed, _ = _listed(output, kind)
    described = output.child("VideoDescription")
    width, height, sdr = size(described)
    coded = described.child("CodecSettings")
    codec, block_name = _VIDEO[coded.one_of("Codec", *(_VIDEO if kind == "cmaf" else ("H_264", "H_265")))]
    if block_name not in coded:
        raise RefusedError(f"{coded.path(block_name)}: is required with this codec")
    return Picture(
        name=name,
        video=_video(coded.child(block_name), codec, width, height, kind),
        sdr=sdr,
        label=key_label(width, height),
        iframes=listed.one_of("IFrameOnlyManifest", *(("EXCLUDE", "INCLUDE") if kind == "cmaf" else ("EXCLUDE",))) == "INCLUDE",
        groups=frozenset(filter(None, str(listed.get("AudioRenditionSets", "")).split(","))),
    )


def size(described: Reader) -> tuple[int, int, bool]:
    """Pixels of a video description, and whether HDR is mapped to BT.709."""
    described.one_of("ScalingBehavior", "DEFAULT")
    described.one_of("AntiAlias", "ENABLED")
    before = described.child("VideoPreprocessors")
    whole, colours = before.child("Deinterlacer"), before.child("ColorCorrector")
    whole.one_of("Mode", "DEINTERLACE")
    whole.one_of("Control", "NORMAL")
    whole.one_of("Algorithm", "INTERPOLATE")
    colours.one_of("SampleRangeConversion", "NONE", "LIMITED_RANGE_SQUEEZE")
    colours.one_of("HdrToSdrToneMapper", "PRESERVE_DETAILS", "VIBRANT")
    sdr = colours.one_of("ColorSpaceConversion", "NONE", "FORCE_709") == "FORCE_709"
    return int(described.need("Width")), int(described.need("Height")), sdr


def _listed(output: Reader, kind: Container) -> tuple[Reader, Reader]:
    """What playlists say of an output, and its container's settings, which are the same for CMAF alone."""
    container = output.child("ContainerSettings")
    container.one_of("Container", "CMFC" if kind == "cmaf" else "M3U8")
    if kind == "cmaf":
        inside = container.child("CmfcSettings")
        return inside, inside
    return output.child("OutputSettings").child("HlsSettings"), container.child("M3u8Settings")


def _video(block: Reader, codec: VideoCodec, width: int, height: int, kind: Container) -> Video:
    block.one_of("RateControlMode", "QVBR")
    block.one_of("FramerateControl", "SPECIFIED")
    block.one_of("FramerateConversionAlgorithm", "DUPLICATE_DROP")
    fps = Fraction(int(block.need("FramerateNumerator")), int(block.need("FramerateDenominator")))
    max_kbps = int(block.need("MaxBitrate")) // 1000
    if codec == "av1":
        block.get("NumberBFramesBetweenReferenceFrames")
        profile: Profile = "main10" if block.one_of("BitDepth", "BIT_8", "BIT_10") == "BIT_10" else "main"
        level, gop = "AUTO", int(block.need("GopSize"))
    else:
        for name, fixed in _FIXED_VIDEO.items():
            block.one_of(name, *fixed)
        if codec == "hevc" and kind == "cmaf":
            block.one_of("WriteMp4PackagingType", "HVC1")
        profile = _PROFILES[block.one_of("CodecProfile", *(("MAIN", "HIGH") if codec == "avc" else ("MAIN_MAIN", "MAIN10_MAIN")))]
        level = str(block.get("CodecLevel", "AUTO"))
        in_frames = block.one_of("GopSizeUnits", "FRAMES", "SECONDS") == "FRAMES"
        gop = round(Fraction(str(block.need("GopSize"))) * (1 if in_frames else fps))
    number = level.removeprefix("LEVEL_").replace("_", ".")
    return Video(
        codec=codec,
        profile=profile,
        level=(lowest_level(codec, width, height, fps, max_kbps) or "5.2")
        if level == "AUTO"
        else number
        if "." in number
        else f"{number}.0",
        width=width,
        height=height,
        fps=fps,
        gop=gop,
        quality=int(block.child("QvbrSettings").need("QvbrQualityLevel")),
        max_kbps=max_kbps,
    )


_FIXED_VIDEO: Final = {
    "GopClosedCadence": (1,),
    "SceneChangeDetect": ("DISABLED",),
    "InterlaceMode": ("PROGRESSIVE",),
    "ParControl": ("SPECIFIED", "INITIALIZE_FROM_SOURCE"),
    "ParNumerator": (1,),
    "ParDenominator": (1,),
    "QualityTuningLevel": ("SINGLE_PASS", "SINGLE_PASS_HQ", "MULTI_PASS_HQ"),
}


def sound(output: Reader, name: str, kind: Container, selectors: Selectors) -> Sound:
    """An audio output."""
    listed, inside = _listed(output, kind)
    role = listed.one_of("AudioTrackType", _AUTO, _DEFAULT, *((_ONLY,) if kind == "cmaf" else ()))
    if kind == "ts":  # the default, a raw elementary stream, is not made here
        listed.need("AudioOnlyContainer")
        listed.one_of("AudioOnlyContainer", "M2TS")
    described = output.children("AudioDescriptions")[0]
    if described.need("AudioSourceName") not in selectors.audio:
        raise RefusedError(f"{described.path('AudioSourceName')}: no audio selector of the input has this name")
    described.one_of("LanguageCodeControl", "USE_CONFIGURED", "FOLLOW_INPUT")
    coded = described.child("CodecSettings")
    aac = coded.one_of("Codec", "AAC", "EAC3") == "AAC"
    block_name = "AacSettings" if aac else "Eac3Settings"
    if block_name not in coded:
        raise RefusedError(f"{coded.path(block_name)}: is required with this codec")
    block = coded.child(block_name)
    block.one_of("SampleRate", 48_000)
    block.one_of("CodingMode", "CODING_MODE_2_0" if aac else "CODING_MODE_3_2")
    if aac:
        block.one_of("RateControlMode", "CBR")
        block.one_of("CodecProfile", "LC")
    else:
        block.one_of("LfeControl", "LFE")
    return Sound(
        name=name,
        audio=Audio(
            codec="aac" if aac else "eac3",
            kbps=int(block.need("Bitrate")) // 1000,
            channels=2 if aac else 6,
            language=str(described.get("CustomLanguageCode", "und")),
        ),
        group=str(listed.need("AudioGroupId")),
        default=role == _DEFAULT,
        audio_only=role == _ONLY,
        as_long=inside.one_of("AudioDuration", "DEFAULT_CODEC_DURATION", "MATCH_VIDEO_DURATION") == "MATCH_VIDEO_DURATION",
    )


def text(output: Reader, name: str, kind: Container, selectors: Selectors) -> Text:
    """A caption output."""
    _listed(output, kind)
    described = output.children("CaptionDescriptions")[0]
    source = selectors.captions.get(described.need("CaptionSelectorName"))
    if source is None:
        raise RefusedError(f"{described.path('CaptionSelectorName')}: no caption selector of the input has this name")
    described.get("LanguageDescription")
    target = described.child("DestinationSettings")
    target.one_of("DestinationType", "WEBVTT")
    target.child("WebvttDestinationSettings").one_of("StylePassthrough", "DISABLED", "ENABLED")
    return Text(name=name, language=str(described.get("CustomLanguageCode", "und")), source=source)


def s3_place(reader: Reader, name: str) -> S3Place:
    """The `s3://` address in a field. RefusedError for any other, such as one that would reach beyond this machine."""
    address = str(reader.need(name))
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if not address.startswith("s3://") or not bucket or not key:
        raise RefusedError(f"{reader.path(name)}: the emulator wants s3://<bucket>/<key>")
    return S3Place(bucket, key)
