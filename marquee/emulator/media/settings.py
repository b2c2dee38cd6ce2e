"""MediaConvert's `JobSettings` as the work that they ask for. What the emulator would not do as asked is refused by its path."""

from fractions import Fraction
from math import ceil
from typing import Any, Final, Literal, cast

from marquee.domain.ladder.codecs import Profile, VideoCodec, lowest_level
from marquee.domain.ladder.drm import SYSTEM_IDS, Protection, Scheme, System, key_label
from marquee.domain.ladder.ffmpeg import Audio, Stills, Video
from marquee.emulator.media.reader import Reader, RefusedError
from marquee.emulator.media.work import Group, Keys, Picture, S3Place, Sound, Text

_VIDEO: Final[dict[str, tuple[VideoCodec, str]]] = {
    "H_264": ("avc", "H264Settings"),
    "H_265": ("hevc", "H265Settings"),
    "AV1": ("av1", "Av1Settings"),
}
_PROFILES: Final[dict[str, Profile]] = {"MAIN": "main", "HIGH": "high", "MAIN_MAIN": "main", "MAIN10_MAIN": "main10"}
_SCHEMES: Final[dict[str, Scheme]] = {"SAMPLE_AES": "cbcs", "AES_CTR": "cenc"}
_AUTO, _DEFAULT, _ONLY = "ALTERNATE_AUDIO_AUTO_SELECT", "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT", "AUDIO_ONLY_VARIANT_STREAM"


def read(settings: dict[str, Any]) -> Group:
    """The work of a job with one input and one CMAF group. Raises RefusedError, with the path of what is wrong or not carried out."""
    top = Reader(settings, "Settings")
    top.child("TimecodeConfig").one_of("Source", "ZEROBASED", "EMBEDDED")
    inputs, groups = top.children("Inputs"), top.children("OutputGroups")
    if len(inputs) != 1 or len(groups) != 1:
        raise RefusedError(f"{top.path('Inputs')}: the emulator carries out jobs with one input and one output group")
    try:
        group = _group(inputs[0], groups[0])
    except ValueError as error:
        raise error if isinstance(error, RefusedError) else RefusedError(f"Settings: {error}") from error
    top.refuse_rest()
    return group


def _group(source: Reader, group: Reader) -> Group:
    group.get("Name")
    wanted = group.child("OutputGroupSettings")
    wanted.one_of("Type", "CMAF_GROUP_SETTINGS")
    cmaf = wanted.child("CmafGroupSettings")
    place = s3_place(cmaf, "Destination")
    prefix, _, base = place.key.rpartition("/")
    if not base:
        raise RefusedError(f"{cmaf.path('Destination')}: the emulator wants a base name after the last slash")
    selectors = _Selectors(source)
    outputs = group.children("Outputs")
    names = _names(outputs, base)
    pictures = tuple(_picture(output, name) for output, name in zip(outputs, names, strict=True) if "VideoDescription" in output)
    if not pictures:
        raise RefusedError(f"{group.path('Outputs')}: the emulator wants a video output")
    for name, fixed in _FIXED.items():
        cmaf.one_of(name, *fixed)
    written = {
        "hls": cmaf.one_of("WriteHlsManifest", "ENABLED", "DISABLED"),
        "dash": cmaf.one_of("WriteDashManifest", "ENABLED", "DISABLED"),
    }
    modifier = cmaf.get("DashIFrameTrickPlayNameModifier")
    return Group(
        master=s3_place(source, "FileInput"),
        bucket=place.bucket,
        prefix=f"{prefix}/" if prefix else "",
        base=base,
        pictures=pictures,
        sounds=tuple(_sound(one, name, selectors) for one, name in zip(outputs, names, strict=True) if "AudioDescriptions" in one),
        texts=tuple(_text(one, name, selectors) for one, name in zip(outputs, names, strict=True) if "CaptionDescriptions" in one),
        segment=_segment(cmaf, pictures[0].video),
        stills=_stills(cmaf),
        trick_play=f"{base}{modifier}" if modifier else None,
        manifests=frozenset(cast("Literal['hls', 'dash']", kind) for kind, answer in written.items() if answer == "ENABLED"),
        keys=_keys(cmaf.child("Encryption")) if "Encryption" in cmaf else None,
    )


_FIXED: Final = {
    "SegmentControl": ("SINGLE_FILE", "SEGMENTED_FILES")[1:],
    "CodecSpecification": ("RFC_4281", "RFC_6381"),
    "ManifestDurationFormat": ("FLOATING_POINT",),
    "StreamInfResolution": ("INCLUDE",),
    "TargetDurationCompatibilityMode": ("LEGACY", "SPEC_COMPLIANT"),
    "MpdProfile": ("MAIN_PROFILE",),
}
"""Settings of a CMAF group whose value changes nothing here, and the values that this is true of."""


class _Selectors:
    """An input's selectors, which outputs name."""

    def __init__(self, source: Reader):
        source.one_of("TimecodeSource", "EMBEDDED", "ZEROBASED")
        source.child("VideoSelector").one_of("Rotate", "DEGREE_0", "AUTO")
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


def _names(outputs: list[Reader], base: str) -> list[str]:
    """Refuses, as the service does, an output without a modifier of its own: two would write the same files."""
    modifiers = [str(output.need("NameModifier")) for output in outputs]
    for output, modifier in zip(outputs, modifiers, strict=True):
        if modifiers.count(modifier) > 1:
            raise RefusedError(f"{output.path('NameModifier')}: {modifier} is taken by another output of the group")
        kinds = [kind for kind in ("VideoDescription", "AudioDescriptions", "CaptionDescriptions") if kind in output]
        if len(kinds) != 1:
            raise RefusedError(f"{output.path('VideoDescription')}: an output of a CMAF group holds one track, this one {len(kinds)}")
    return [base + modifier for modifier in modifiers]


def _picture(output: Reader, name: str) -> Picture:
    container = _container(output)
    described = output.child("VideoDescription")
    described.one_of("ScalingBehavior", "DEFAULT")
    described.one_of("AntiAlias", "ENABLED")
    coded = described.child("CodecSettings")
    codec, block_name = _VIDEO[coded.one_of("Codec", *_VIDEO)]
    if block_name not in coded:
        raise RefusedError(f"{coded.path(block_name)}: is required with this codec")
    width, height = int(described.need("Width")), int(described.need("Height"))
    return Picture(
        name=name,
        video=_video(coded.child(block_name), codec, width, height),
        label=key_label(width, height),
        iframes=container.one_of("IFrameOnlyManifest", "EXCLUDE", "INCLUDE") == "INCLUDE",
        groups=frozenset(filter(None, str(container.get("AudioRenditionSets", "")).split(","))),
    )


def _container(output: Reader) -> Reader:
    container = output.child("ContainerSettings")
    container.one_of("Container", "CMFC")
    return container.child("CmfcSettings")


def _video(block: Reader, codec: VideoCodec, width: int, height: int) -> Video:
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
        if codec == "hevc":
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


def _sound(output: Reader, name: str, selectors: _Selectors) -> Sound:
    container = _container(output)
    role = container.one_of("AudioTrackType", _AUTO, _DEFAULT, _ONLY)
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
        group=str(container.need("AudioGroupId")),
        default=role == _DEFAULT,
        audio_only=role == _ONLY,
    )


def _text(output: Reader, name: str, selectors: _Selectors) -> Text:
    _container(output)
    described = output.children("CaptionDescriptions")[0]
    source = selectors.captions.get(described.need("CaptionSelectorName"))
    if source is None:
        raise RefusedError(f"{described.path('CaptionSelectorName')}: no caption selector of the input has this name")
    described.get("LanguageDescription")
    target = described.child("DestinationSettings")
    target.one_of("DestinationType", "WEBVTT")
    target.child("WebvttDestinationSettings").one_of("StylePassthrough", "DISABLED", "ENABLED")
    return Text(name=name, language=str(described.get("CustomLanguageCode", "und")), source=source)


def _segment(cmaf: Reader, video: Video) -> Fraction:
    """`GOP_MULTIPLE` rounds the length up to the next group of pictures."""
    length, group = Fraction(int(cmaf.get("SegmentLength", 10))), video.gop / video.fps
    cmaf.get("FragmentLength")
    rounded = cmaf.one_of("SegmentLengthControl", "EXACT", "GOP_MULTIPLE") == "GOP_MULTIPLE"
    return ceil(length / group) * group if rounded else length


def _stills(cmaf: Reader) -> Stills | None:
    if cmaf.one_of("ImageBasedTrickPlay", "NONE", "ADVANCED") == "NONE":
        return None
    wanted = cmaf.child("ImageBasedTrickPlaySettings")
    wanted.one_of("IntervalCadence", "FOLLOW_CUSTOM")
    return Stills(
        interval=int(wanted.need("ThumbnailInterval")),
        width=int(wanted.need("ThumbnailWidth")),
        height=int(wanted.need("ThumbnailHeight")),
        columns=int(wanted.need("TileWidth")),
        rows=int(wanted.need("TileHeight")),
    )


def _keys(encryption: Reader) -> Keys:
    encryption.one_of("Type", "SPEKE")
    encryption.one_of("InitializationVectorInManifest", "INCLUDE")
    scheme = _SCHEMES[encryption.one_of("EncryptionMethod", *_SCHEMES)]
    provider = encryption.child("SpekeKeyProvider")
    contract = provider.child("EncryptionContractConfiguration")
    contract.one_of("SpekeAudioPreset", "PRESET_AUDIO_1")
    contract.one_of("SpekeVideoPreset", "PRESET_VIDEO_3")
    signalled = {*provider.get("HlsSignaledSystemIds", []), *provider.get("DashSignaledSystemIds", [])}
    names: dict[str, System] = {identifier: system for system, identifier in SYSTEM_IDS.items()}
    if not signalled <= set(names):
        raise RefusedError(f"{provider.path('HlsSignaledSystemIds')}: the emulator knows {', '.join(names)}")
    systems: tuple[System, ...] = tuple(system for identifier, system in names.items() if identifier in signalled)
    return Keys(
        protection=Protection(scheme=scheme, systems=systems), url=str(provider.need("Url")), resource_id=str(provider.need("ResourceId"))
    )


def s3_place(reader: Reader, name: str) -> S3Place:
    """The `s3://` address in a field. RefusedError for any other, such as one that would reach beyond this machine."""
    address = str(reader.need(name))
    bucket, _, key = address.removeprefix("s3://").partition("/")
    if not address.startswith("s3://") or not bucket or not key:
        raise RefusedError(f"{reader.path(name)}: the emulator wants s3://<bucket>/<key>")
    return S3Place(bucket, key)
