"""Rules for HLS over MPEG-2 TS as the source of MediaPackage VOD, and for captured frames beside it. Each is seen to fail in a test."""

from collections.abc import Callable, Iterator
from typing import Final

from marquee.conformance.job_parts import Settings, get, groups, listed, outputs, packaged
from marquee.emulator.service_model import Problem

_CONTAINERS: Final = {"CMAF_GROUP_SETTINGS": {"CMFC"}, "HLS_GROUP_SETTINGS": {"M3U8"}}
_CARRIED: Final = {"H_264", "H_265", "AAC", "AC3", "EAC3"}


def containers_suit_the_group(settings: Settings, *_: int) -> Iterator[Problem]:
    """A group of CMAF has outputs of CMAF, one of HLS transport streams; captured frames have no container."""
    for path, output, kind in _of_groups(settings):
        captured = _codec(output) == "FRAME_CAPTURE"
        wanted = {"RAW"} if captured else _CONTAINERS.get(kind, set[str]())
        found = get(output, "ContainerSettings").get("Container")
        if found not in wanted:
            yield Problem(f"{path}.ContainerSettings.Container", f"{found} does not fit {'captured frames' if captured else kind}")


def transport_streams_carry_the_codecs(settings: Settings, *_: int) -> Iterator[Problem]:
    """AVC, HEVC, AAC, AC-3 and E-AC-3 alone, HEVC without what belongs to MP4.

    Sources: MediaPackage user guide, "VOD supported codecs and input types"; API reference, `H265WriteMp4PackagingType`.
    """
    for path, output, _kind in _transport(settings):
        video = [get(output, "VideoDescription")] if "VideoDescription" in output else []
        for described in [*video, *listed(output, "AudioDescriptions")]:
            codec = get(described, "CodecSettings")
            if codec.get("Codec") not in _CARRIED:
                yield Problem(path, f"{codec.get('Codec')} is no codec of a source of MediaPackage")
            if "WriteMp4PackagingType" in get(codec, "H265Settings"):
                yield Problem(path, "WriteMp4PackagingType belongs to MP4")


def sound_alone_is_a_transport_stream(settings: Settings, *_: int) -> Iterator[Problem]:
    """`AudioOnlyContainer` is AUTOMATIC by default, a raw elementary stream. API reference: `HlsSettings`."""
    for path, output, _kind in _transport(settings):
        if output.get("AudioDescriptions") and packaged(output).get("AudioOnlyContainer") != "M2TS":
            yield Problem(f"{path}.OutputSettings.HlsSettings.AudioOnlyContainer", "the sound would be no transport stream")


def sources_have_no_variants_of_their_own(settings: Settings, *_: int) -> Iterator[Problem]:
    """Sound without a picture and playlists of key frames are for players; MediaPackage makes the latter itself."""
    for path, output, _kind in _transport(settings):
        said = packaged(output)
        if said.get("AudioTrackType") == "AUDIO_ONLY_VARIANT_STREAM" or said.get("IFrameOnlyManifest", "EXCLUDE") != "EXCLUDE":
            yield Problem(f"{path}.OutputSettings.HlsSettings", "a source lists whole pictures, and sounds as their alternates")


def sources_are_cut_alike(settings: Settings, *_: int) -> Iterator[Problem]:
    """Each segment is a file, and captions are cut where pictures are: by default they last 300 s. API reference: `HlsGroupSettings`."""
    for path, written, group in _hls(settings):
        if written.get("SegmentControl", "SEGMENTED_FILES") != "SEGMENTED_FILES" or written.get("MinSegmentLength", 0):
            yield Problem(path, "segments are no files of one length")
        texts = any(output.get("CaptionDescriptions") for output in listed(group, "Outputs"))
        if texts and written.get("CaptionSegmentLengthControl") != "MATCH_VIDEO":
            yield Problem(f"{path}.CaptionSegmentLengthControl", "captions last five minutes a segment")


def sources_hold_no_pictures_to_seek_by(settings: Settings, *_: int) -> Iterator[Problem]:
    """MediaPackage passes an image playlist on, and takes one picture a file at the segments' cadence: sheets are none.

    Source: MediaPackage user guide, "Using image media playlists to enable trick-play".
    """
    for path, written, _group in _hls(settings):
        if written.get("ImageBasedTrickPlay", "NONE") != "NONE":
            yield Problem(
                f"{path}.ImageBasedTrickPlay", "sheets of pictures are no source of MediaPackage; capture frames beside the group"
            )


def sources_are_clear(settings: Settings, *_: int) -> Iterator[Problem]:
    """MediaPackage takes no encrypted segments. User guide, "VOD supported codecs and input types"."""
    for path, written, _group in _hls(settings):
        if "Encryption" in written:
            yield Problem(f"{path}.Encryption", "a source must be clear")


def frames_are_captured_beside_pictures(settings: Settings, *_: int) -> Iterator[Problem]:
    """A job of captured frames alone is refused, and so is one that says neither how often nor how many.

    Sources: MediaConvert user guide, "File group with a frame capture output"; API reference, `FrameCaptureSettings`.
    """
    codecs = [_codec(output) for _path, output in outputs(settings)]
    for path, output, kind in _of_groups(settings):
        if _codec(output) != "FRAME_CAPTURE":
            continue
        said = get(get(get(output, "VideoDescription"), "CodecSettings"), "FrameCaptureSettings")
        if not {"FramerateNumerator", "FramerateDenominator", "MaxCaptures"} <= set(said):
            yield Problem(path, "FramerateNumerator, FramerateDenominator and MaxCaptures say how often and how many, and one is missing")
        if kind != "FILE_GROUP_SETTINGS" or not any(codec and codec != "FRAME_CAPTURE" for codec in codecs):
            yield Problem(path, "captured frames are a group of files, beside an encode of moving pictures")


RULES: Final[tuple[Callable[..., Iterator[Problem]], ...]] = (
    containers_suit_the_group,
    transport_streams_carry_the_codecs,
    sound_alone_is_a_transport_stream,
    sources_have_no_variants_of_their_own,
    sources_are_cut_alike,
    sources_hold_no_pictures_to_seek_by,
    sources_are_clear,
    frames_are_captured_beside_pictures,
)


def _codec(output: Settings) -> str | None:
    return get(get(output, "VideoDescription"), "CodecSettings").get("Codec")


def _of_groups(settings: Settings) -> Iterator[tuple[str, Settings, str]]:
    """Path, output and its group's type."""
    for path, group in groups(settings):
        for index, output in enumerate(listed(group, "Outputs")):
            yield f"{path}.Outputs[{index}]", output, str(get(group, "OutputGroupSettings").get("Type"))


def _transport(settings: Settings) -> Iterator[tuple[str, Settings, str]]:
    return (found for found in _of_groups(settings) if found[2] == "HLS_GROUP_SETTINGS")


def _hls(settings: Settings) -> Iterator[tuple[str, Settings, Settings]]:
    """Path and settings of each HLS group, and the group."""
    for path, group in groups(settings):
        wanted = get(group, "OutputGroupSettings")
        if wanted.get("Type") == "HLS_GROUP_SETTINGS":
            yield f"{path}.OutputGroupSettings.HlsGroupSettings", get(wanted, "HlsGroupSettings"), group
