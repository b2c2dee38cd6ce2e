"""Rules for media settings that the service model does not state, each by name. They judge plain requests, whoever made them."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil
from typing import Final

from marquee.conformance import transport_rules
from marquee.conformance.job_parts import (
    VIDEO_BLOCKS,
    Settings,
    get,
    gop_duration,
    groups,
    listed,
    outputs,
    packaged,
    streaming,
    video_blocks,
)
from marquee.emulator.service_model import Problem

Rule = Callable[[Settings, int, int], Iterator[Problem]]

_AUDIO_BLOCKS: Final = {"AAC": "AacSettings", "EAC3": "Eac3Settings", "AC3": "Ac3Settings"}


def judge_job(settings: Settings, *, source: tuple[int, int]) -> dict[str, list[Problem]]:
    """Rule → what breaks it, for a MediaConvert `JobSettings` and the source's width and height in pixels; {} if nothing does."""
    found = {name: list(rule(settings, *source)) for name, rule in RULES.items()}
    return {name: problems for name, problems in found.items() if problems}


def codec_matches_block(settings: Settings, *_: int) -> Iterator[Problem]:
    """`Codec` names the one settings block beside it: another block is ignored and the encode runs on defaults."""
    for path, output in outputs(settings):
        described = [(f"{path}.VideoDescription", output.get("VideoDescription"), VIDEO_BLOCKS)]
        described += [
            (f"{path}.AudioDescriptions[{i}]", audio, _AUDIO_BLOCKS) for i, audio in enumerate(listed(output, "AudioDescriptions"))
        ]
        for where, description, blocks in described:
            if description is None:
                continue
            codec = get(description, "CodecSettings")
            name, present = codec.get("Codec"), sorted(key for key in codec if key.endswith("Settings"))
            if name not in blocks or present != [blocks[name]]:
                yield Problem(f"{where}.CodecSettings", f"Codec {name} has {', '.join(present) or 'no settings'}")


def qvbr_has_max_bitrate(settings: Settings, *_: int) -> Iterator[Problem]:
    """QVBR without `MaxBitrate` is refused; with `Bitrate` too. API reference: "Required when Rate control mode is QVBR"."""
    for path, block in video_blocks(settings):
        if block.get("RateControlMode") == "QVBR" and ("MaxBitrate" not in block or "Bitrate" in block or "QvbrSettings" not in block):
            yield Problem(path, "QVBR needs MaxBitrate and QvbrSettings, and no Bitrate")


def selectors_exist(settings: Settings, *_: int) -> Iterator[Problem]:
    """Every audio and caption description names a selector that every input has."""
    inputs = listed(settings, "Inputs")
    for path, output in outputs(settings):
        for i, audio in enumerate(listed(output, "AudioDescriptions")):
            if any(audio.get("AudioSourceName") not in {*get(one, "AudioSelectors"), *get(one, "AudioSelectorGroups")} for one in inputs):
                yield Problem(f"{path}.AudioDescriptions[{i}].AudioSourceName", f"{audio.get('AudioSourceName')!r} is no audio selector")
        for i, caption in enumerate(listed(output, "CaptionDescriptions")):
            if any(caption.get("CaptionSelectorName") not in get(one, "CaptionSelectors") for one in inputs):
                yield Problem(
                    f"{path}.CaptionDescriptions[{i}].CaptionSelectorName", f"{caption.get('CaptionSelectorName')!r} is no selector"
                )


def segments_are_whole_groups(settings: Settings, *_: int) -> Iterator[Problem]:
    """All outputs of a group have groups of pictures of one duration, closed, and segments of whole ones that round up as asked.

    `GOP_MULTIPLE` rounds `SegmentLength` up to the next group; the length asked for must be what comes out, to the whole second below.
    """
    for group_path, group in groups(settings):
        written = streaming(group)
        if written is None:
            continue
        durations: set[Fraction] = set()
        for path, block in video_blocks({"OutputGroups": [group]}):
            where = path.replace("OutputGroups[0]", group_path, 1)
            duration = gop_duration(block)
            detects = not path.endswith("Av1Settings") and block.get("SceneChangeDetect") != "DISABLED"  # on by default; AV1 has none
            if duration is None or detects or block.get("GopClosedCadence", 1) != 1:
                yield Problem(where, "needs closed groups of pictures of a fixed length and frame rate, without scene change detection")
            else:
                durations.add(duration)
        if len(durations) > 1:
            yield Problem(
                group_path,
                f"groups of pictures last {', '.join(f'{float(one):g}' for one in sorted(durations))} s, players could not switch",
            )
        for duration in durations:
            length = written.get("SegmentLength", 10)
            if written.get("SegmentLengthControl") != "GOP_MULTIPLE" or length != int(ceil(length / duration) * duration):
                yield Problem(
                    f"{group_path}.OutputGroupSettings", f"SegmentLength is no multiple of the group of pictures, {float(duration):g} s"
                )


def audio_groups_meet(settings: Settings, *_: int) -> Iterator[Problem]:
    """No output holds two tracks; each video names audio groups that exist, and each group of alternates is named by a video."""
    for group_path, group in groups(settings):
        if streaming(group) is None:
            continue
        named: set[str] = set()
        offered: set[str] = set()
        for path, output in outputs({"OutputGroups": [group]}):
            where = path.replace("OutputGroups[0]", group_path, 1)
            kinds = [kind for kind in ("VideoDescription", "AudioDescriptions", "CaptionDescriptions") if output.get(kind)]
            if len(kinds) != 1:
                yield Problem(where, f"holds {' and '.join(kinds) or 'nothing'}, and should hold one track")
            track = packaged(output)
            named |= {name for name in str(track.get("AudioRenditionSets", "")).split(",") if name}
            if "AudioGroupId" in track and track.get("AudioTrackType") != "AUDIO_ONLY_VARIANT_STREAM":
                offered.add(str(track["AudioGroupId"]))
            if output.get("AudioDescriptions") and "AudioGroupId" not in track:
                yield Problem(where, "has no AudioGroupId")
        if named != offered:
            yield Problem(group_path, f"videos name the audio groups {sorted(named)}, outputs offer {sorted(offered)}")


def nothing_is_upscaled(settings: Settings, width: int, height: int) -> Iterator[Problem]:
    """No output is larger than the source in either direction: it would cost bits and show no more."""
    for path, output in outputs(settings):
        video = get(output, "VideoDescription")
        if video and (video.get("Width", 0) > width or video.get("Height", 0) > height):
            yield Problem(f"{path}.VideoDescription", f"{video.get('Width')}x{video.get('Height')} is above the source, {width}x{height}")


def name_modifiers_differ(settings: Settings, *_: int) -> Iterator[Problem]:
    """Outputs of a group write beside each other: two of one name overwrite each other, one without a name is refused."""
    for group_path, group in groups(settings):
        names = [output.get("NameModifier") for output in listed(group, "Outputs")]
        for i, name in enumerate(names):
            if not name or names.index(name) != i:
                yield Problem(f"{group_path}.Outputs[{i}].NameModifier", f"{name!r} is missing or taken")


def captions_suit_the_group(settings: Settings, *_: int) -> Iterator[Problem]:
    """CMAF carries WebVTT and IMSC alone, and MediaPackage takes WebVTT beside HLS.

    User guides: MediaConvert, "Supported captions in CMAF output container"; MediaPackage, "VOD supported codecs and input types".
    """
    for path, output in outputs(settings):
        for i, caption in enumerate(listed(output, "CaptionDescriptions")):
            kind = get(caption, "DestinationSettings").get("DestinationType")
            if kind not in ({"WEBVTT"} if get(output, "ContainerSettings").get("Container") == "M3U8" else {"WEBVTT", "IMSC"}):
                yield Problem(f"{path}.CaptionDescriptions[{i}]", f"{kind} captions do not fit the group")


def encryption_suits_systems(settings: Settings, *_: int) -> Iterator[Problem]:
    """FairPlay takes SAMPLE_AES alone, and DASH cannot signal it; the presets ask for separate keys, so neither may be SHARED or clear."""
    fairplay = "94ce86fb-07ff-4f43-adb8-93d2fa968ca2"
    for path, group in groups(settings):
        encryption = get(get(get(group, "OutputGroupSettings"), "CmafGroupSettings"), "Encryption")
        provider = get(encryption, "SpekeKeyProvider")
        if fairplay in listed(provider, "HlsSignaledSystemIds") and encryption.get("EncryptionMethod") != "SAMPLE_AES":
            yield Problem(path, "FairPlay decrypts SAMPLE_AES alone")
        if fairplay in listed(provider, "DashSignaledSystemIds"):
            yield Problem(path, "DASH has no FairPlay")
        presets = set(get(provider, "EncryptionContractConfiguration").values())
        if encryption and (not presets or presets & {"SHARED", "UNENCRYPTED"}):
            yield Problem(path, "audio and picture must be encrypted under keys of their own")


def sheets_are_whole(settings: Settings, *_: int) -> Iterator[Problem]:
    """Pictures on a sheet are whole eights wide. API reference: `ThumbnailWidth`, "Must be divisible by 8"."""
    for path, group in groups(settings):
        width = get(streaming(group) or {}, "ImageBasedTrickPlaySettings").get("ThumbnailWidth", 8)
        if width % 8:
            yield Problem(f"{path}.OutputGroupSettings", f"ThumbnailWidth {width} is no multiple of 8")


RULES: Final[dict[str, Rule]] = {
    rule.__name__: rule
    for rule in (
        codec_matches_block,
        qvbr_has_max_bitrate,
        selectors_exist,
        segments_are_whole_groups,
        audio_groups_meet,
        nothing_is_upscaled,
        name_modifiers_differ,
        captions_suit_the_group,
        encryption_suits_systems,
        sheets_are_whole,
        *transport_rules.RULES,
    )
}
