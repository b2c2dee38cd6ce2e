"""MediaConvert's `JobSettings` as the work that they ask for. What the emulator would not do as asked is refused by its path."""

from fractions import Fraction
from math import ceil
from typing import Any, Final, Literal, NamedTuple, cast

from marquee.domain.ladder.drm import SYSTEM_IDS, Protection, Scheme, System
from marquee.domain.ladder.ffmpeg import Stills, Video
from marquee.domain.ladder.model import Container
from marquee.emulator.media import outputs
from marquee.emulator.media.outputs import Selectors, s3_place
from marquee.emulator.media.reader import Reader, RefusedError
from marquee.emulator.media.work import Captures, Group, Keys, Picture, S3Place, Sound, Text

_SCHEMES: Final[dict[str, Scheme]] = {"SAMPLE_AES": "cbcs", "AES_CTR": "cenc"}
_GROUPS: Final[dict[str, tuple[Container, str]]] = {
    "CMAF_GROUP_SETTINGS": ("cmaf", "CmafGroupSettings"),
    "HLS_GROUP_SETTINGS": ("ts", "HlsGroupSettings"),
}


def read(settings: dict[str, Any]) -> Group:
    """The work of a job with one input and one group of renditions, beside which thumbnails may be a group of files.

    Raises RefusedError, with the path of what is wrong or not carried out.
    """
    top = Reader(settings, "Settings")
    top.child("TimecodeConfig").one_of("Source", "ZEROBASED", "EMBEDDED")
    inputs, groups = top.children("Inputs"), top.children("OutputGroups")
    if len(inputs) != 1 or len(groups) not in {1, 2}:
        raise RefusedError(
            f"{top.path('Inputs')}: the emulator carries out jobs with one input and one output group, and captures beside it"
        )
    try:
        group = _group(inputs[0], groups[0], _captures(groups[1]) if groups[1:] else None)
    except ValueError as error:
        raise error if isinstance(error, RefusedError) else RefusedError(f"Settings: {error}") from error
    top.refuse_rest()
    return group


def _group(source: Reader, group: Reader, captures: Captures | None) -> Group:
    group.get("Name")
    wanted = group.child("OutputGroupSettings")
    kind, block = _GROUPS[wanted.one_of("Type", *_GROUPS)]
    written = wanted.child(block)
    destination = _base(written)
    selectors = Selectors(source)
    tracks = _tracks(group, destination.base, kind, selectors)
    for name, fixed in _FIXED[kind].items():
        written.one_of(name, *fixed)
    if kind == "ts" and written.get("CaptionSegmentLengthControl") != "MATCH_VIDEO" and tracks.texts:
        raise RefusedError(f"{written.path('CaptionSegmentLengthControl')}: the emulator carries out MATCH_VIDEO, not five minutes")
    modifier = written.get("DashIFrameTrickPlayNameModifier") if kind == "cmaf" else None
    return Group(
        master=s3_place(source, "FileInput"),
        kind=kind,
        bucket=destination.bucket,
        prefix=destination.prefix,
        base=destination.base,
        pictures=tracks.pictures,
        sounds=tracks.sounds,
        texts=tracks.texts,
        segment=_segment(written, tracks.pictures[0].video),
        padded=selectors.padded,
        stills=_stills(written) if kind == "cmaf" else None,
        captures=captures,
        trick_play=f"{destination.base}{modifier}" if modifier else None,
        manifests=_manifests(written) if kind == "cmaf" else frozenset({"hls"}),
        keys=_keys(written.child("Encryption")) if kind == "cmaf" and "Encryption" in written else None,
    )


class _Tracks(NamedTuple):
    pictures: tuple[Picture, ...]
    sounds: tuple[Sound, ...]
    texts: tuple[Text, ...]


def _tracks(group: Reader, base: str, kind: Container, selectors: Selectors) -> _Tracks:
    given = group.children("Outputs")
    named = list(zip(given, outputs.names(given, base), strict=True))
    pictures = tuple(outputs.picture(one, name, kind) for one, name in named if "VideoDescription" in one)
    if not pictures:
        raise RefusedError(f"{group.path('Outputs')}: the emulator wants a video output")
    return _Tracks(
        pictures,
        tuple(outputs.sound(one, name, kind, selectors) for one, name in named if "AudioDescriptions" in one),
        tuple(outputs.text(one, name, kind, selectors) for one, name in named if "CaptionDescriptions" in one),
    )


def _captures(group: Reader) -> Captures:
    """A group of files with one output, of frames captured at an interval."""
    group.get("Name")
    wanted = group.child("OutputGroupSettings")
    wanted.one_of("Type", "FILE_GROUP_SETTINGS")
    destination = _base(wanted.child("FileGroupSettings"))
    given = group.children("Outputs")
    if len(given) != 1:
        raise RefusedError(f"{group.path('Outputs')}: the emulator carries out one output of captured frames, not {len(given)}")
    [output] = given
    [name] = outputs.names(given, destination.base)
    output.child("ContainerSettings").one_of("Container", "RAW")
    described = output.child("VideoDescription")
    width, height, sdr = outputs.size(described)
    coded = described.child("CodecSettings")
    coded.one_of("Codec", "FRAME_CAPTURE")
    frames = coded.child("FrameCaptureSettings")
    frames.get("Quality")
    interval = Fraction(int(frames.need("FramerateDenominator")), int(frames.need("FramerateNumerator")))
    if interval.denominator != 1:
        raise RefusedError(f"{frames.path('FramerateNumerator')}: the emulator captures a frame each whole number of seconds")
    return Captures(
        bucket=destination.bucket,
        prefix=destination.prefix,
        name=name,
        stills=Stills(interval=int(interval), width=width, height=height, columns=1, rows=1),
        sdr=sdr,
        most=int(frames.need("MaxCaptures")),
    )


class _Base(NamedTuple):
    bucket: str
    prefix: str
    base: str


def _base(written: Reader) -> _Base:
    place: S3Place = s3_place(written, "Destination")
    prefix, _, base = place.key.rpartition("/")
    if not base:
        raise RefusedError(f"{written.path('Destination')}: the emulator wants a base name after the last slash")
    return _Base(place.bucket, f"{prefix}/" if prefix else "", base)


_COMMON: Final = {
    "SegmentControl": ("SINGLE_FILE", "SEGMENTED_FILES")[1:],
    "CodecSpecification": ("RFC_4281", "RFC_6381"),
    "ManifestDurationFormat": ("FLOATING_POINT",),
    "StreamInfResolution": ("INCLUDE",),
    "TargetDurationCompatibilityMode": ("LEGACY", "SPEC_COMPLIANT"),
}
_FIXED: Final[dict[Container, dict[str, tuple[Any, ...]]]] = {
    "cmaf": {**_COMMON, "MpdProfile": ("MAIN_PROFILE",)},
    "ts": {
        **_COMMON,
        "OutputSelection": ("MANIFESTS_AND_SEGMENTS",),
        "DirectoryStructure": ("SINGLE_DIRECTORY",),
        "MinSegmentLength": (0,),
        "ManifestCompression": ("NONE",),
        "ProgramDateTime": ("EXCLUDE",),
        "ImageBasedTrickPlay": ("NONE",),
    },
}
"""Settings of a group whose value changes nothing here, and the values that this is true of."""


def _segment(written: Reader, video: Video) -> Fraction:
    """`GOP_MULTIPLE` rounds the length up to the next group of pictures."""
    length, group = Fraction(int(written.get("SegmentLength", 10))), video.gop / video.fps
    written.get("FragmentLength")
    rounded = written.one_of("SegmentLengthControl", "EXACT", "GOP_MULTIPLE") == "GOP_MULTIPLE"
    return ceil(length / group) * group if rounded else length


def _manifests(cmaf: Reader) -> frozenset[Literal["hls", "dash"]]:
    written = {
        "hls": cmaf.one_of("WriteHlsManifest", "ENABLED", "DISABLED"),
        "dash": cmaf.one_of("WriteDashManifest", "ENABLED", "DISABLED"),
    }
    return frozenset(cast("Literal['hls', 'dash']", kind) for kind, answer in written.items() if answer == "ENABLED")


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
