"""Rules for media settings that the service model does not state, each by name. They judge plain requests, whoever made them."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil
from typing import Any, Final, cast

from marquee.emulator.service_model import Problem

Settings = dict[str, Any]
Rule = Callable[[Settings, int, int], Iterator[Problem]]

_VIDEO_BLOCKS: Final = {"H_264": "H264Settings", "H_265": "H265Settings", "AV1": "Av1Settings", "FRAME_CAPTURE": "FrameCaptureSettings"}
_AUDIO_BLOCKS: Final = {"AAC": "AacSettings", "EAC3": "Eac3Settings", "AC3": "Ac3Settings"}


def judge_job(settings: Settings, *, source: tuple[int, int]) -> dict[str, list[Problem]]:
    """Rule → what breaks it, for a MediaConvert `JobSettings` and the source's width and height in pixels; {} if nothing does."""
    found = {name: list(rule(settings, *source)) for name, rule in RULES.items()}
    return {name: problems for name, problems in found.items() if problems}


def codec_matches_block(settings: Settings, *_: int) -> Iterator[Problem]:
    """`Codec` names the one settings block beside it: another block is ignored and the encode runs on defaults."""
    for path, output in _outputs(settings):
        described = [(f"{path}.VideoDescription", output.get("VideoDescription"), _VIDEO_BLOCKS)]
        described += [
            (f"{path}.AudioDescriptions[{i}]", audio, _AUDIO_BLOCKS) for i, audio in enumerate(_list(output, "AudioDescriptions"))
        ]
        for where, description, blocks in described:
            if description is None:
                continue
            codec = _get(description, "CodecSettings")
            name, present = codec.get("Codec"), sorted(key for key in codec if key.endswith("Settings"))
            if name not in blocks or present != [blocks[name]]:
                yield Problem(f"{where}.CodecSettings", f"Codec {name} has {', '.join(present) or 'no settings'}")


def qvbr_has_max_bitrate(settings: Settings, *_: int) -> Iterator[Problem]:
    """QVBR without `MaxBitrate` is refused; with `Bitrate` too. API reference: "Required when Rate control mode is QVBR"."""
    for path, block in _video_blocks(settings):
        if block.get("RateControlMode") == "QVBR" and ("MaxBitrate" not in block or "Bitrate" in block or "QvbrSettings" not in block):
            yield Problem(path, "QVBR needs MaxBitrate and QvbrSettings, and no Bitrate")


def selectors_exist(settings: Settings, *_: int) -> Iterator[Problem]:
    """Every audio and caption description names a selector that every input has."""
    inputs = _list(settings, "Inputs")
    for path, output in _outputs(settings):
        for i, audio in enumerate(_list(output, "AudioDescriptions")):
            if any(audio.get("AudioSourceName") not in {*_get(one, "AudioSelectors"), *_get(one, "AudioSelectorGroups")} for one in inputs):
                yield Problem(f"{path}.AudioDescriptions[{i}].AudioSourceName", f"{audio.get('AudioSourceName')!r} is no audio selector")
        for i, caption in enumerate(_list(output, "CaptionDescriptions")):
            if any(caption.get("CaptionSelectorName") not in _get(one, "CaptionSelectors") for one in inputs):
                yield Problem(
                    f"{path}.CaptionDescriptions[{i}].CaptionSelectorName", f"{caption.get('CaptionSelectorName')!r} is no selector"
                )


def segments_are_whole_groups(settings: Settings, *_: int) -> Iterator[Problem]:
    """All outputs of a group have groups of pictures of one duration, closed, and segments of whole ones that round up as asked.

    `GOP_MULTIPLE` rounds `SegmentLength` up to the next group; the length asked for must be what comes out, to the whole second below.
    """
    for group_path, group in _groups(settings):
        cmaf = _get(_get(group, "OutputGroupSettings"), "CmafGroupSettings")
        durations: set[Fraction] = set()
        for path, block in _video_blocks({"OutputGroups": [group]}):
            where = path.replace("OutputGroups[0]", group_path, 1)
            duration = _gop_duration(block)
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
            length = cmaf.get("SegmentLength", 10)
            if cmaf.get("SegmentLengthControl") != "GOP_MULTIPLE" or length != int(ceil(length / duration) * duration):
                yield Problem(
                    f"{group_path}.OutputGroupSettings", f"SegmentLength is no multiple of the group of pictures, {float(duration):g} s"
                )


def audio_groups_meet(settings: Settings, *_: int) -> Iterator[Problem]:
    """CMAF does not mux; each video names audio groups that exist, and each group of alternates is named by a video."""
    for group_path, group in _groups(settings):
        named: set[str] = set()
        offered: set[str] = set()
        for path, output in _outputs({"OutputGroups": [group]}):
            where = path.replace("OutputGroups[0]", group_path, 1)
            kinds = [kind for kind in ("VideoDescription", "AudioDescriptions", "CaptionDescriptions") if output.get(kind)]
            if len(kinds) != 1:
                yield Problem(where, f"holds {' and '.join(kinds) or 'nothing'}, a CMAF output holds one track")
            track = _get(_get(output, "ContainerSettings"), "CmfcSettings")
            named |= {name for name in str(track.get("AudioRenditionSets", "")).split(",") if name}
            if "AudioGroupId" in track and track.get("AudioTrackType") != "AUDIO_ONLY_VARIANT_STREAM":
                offered.add(str(track["AudioGroupId"]))
            if output.get("AudioDescriptions") and "AudioGroupId" not in track:
                yield Problem(where, "has no AudioGroupId")
        if named != offered:
            yield Problem(group_path, f"videos name the audio groups {sorted(named)}, outputs offer {sorted(offered)}")


def nothing_is_upscaled(settings: Settings, width: int, height: int) -> Iterator[Problem]:
    """No output is larger than the source in either direction: it would cost bits and show no more."""
    for path, output in _outputs(settings):
        video = _get(output, "VideoDescription")
        if video and (video.get("Width", 0) > width or video.get("Height", 0) > height):
            yield Problem(f"{path}.VideoDescription", f"{video.get('Width')}x{video.get('Height')} is above the source, {width}x{height}")


def name_modifiers_differ(settings: Settings, *_: int) -> Iterator[Problem]:
    """Outputs of a group write beside each other: two of one name overwrite each other, one without a name is refused."""
    for group_path, group in _groups(settings):
        names = [output.get("NameModifier") for output in _list(group, "Outputs")]
        for i, name in enumerate(names):
            if not name or names.index(name) != i:
                yield Problem(f"{group_path}.Outputs[{i}].NameModifier", f"{name!r} is missing or taken")


def captions_suit_cmaf(settings: Settings, *_: int) -> Iterator[Problem]:
    """CMAF carries WebVTT and IMSC alone. User guide, "Supported captions in CMAF output container"."""
    for path, output in _outputs(settings):
        for i, caption in enumerate(_list(output, "CaptionDescriptions")):
            kind = _get(caption, "DestinationSettings").get("DestinationType")
            if kind not in {"WEBVTT", "IMSC"}:
                yield Problem(f"{path}.CaptionDescriptions[{i}]", f"{kind} captions do not fit CMAF")


def encryption_suits_systems(settings: Settings, *_: int) -> Iterator[Problem]:
    """FairPlay takes SAMPLE_AES alone, and DASH cannot signal it; the presets ask for separate keys, so neither may be SHARED or clear."""
    fairplay = "94ce86fb-07ff-4f43-adb8-93d2fa968ca2"
    for path, group in _groups(settings):
        encryption = _get(_get(_get(group, "OutputGroupSettings"), "CmafGroupSettings"), "Encryption")
        provider = _get(encryption, "SpekeKeyProvider")
        if fairplay in _list(provider, "HlsSignaledSystemIds") and encryption.get("EncryptionMethod") != "SAMPLE_AES":
            yield Problem(path, "FairPlay decrypts SAMPLE_AES alone")
        if fairplay in _list(provider, "DashSignaledSystemIds"):
            yield Problem(path, "DASH has no FairPlay")
        presets = set(_get(provider, "EncryptionContractConfiguration").values())
        if encryption and (not presets or presets & {"SHARED", "UNENCRYPTED"}):
            yield Problem(path, "audio and picture must be encrypted under keys of their own")


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
        captions_suit_cmaf,
        encryption_suits_systems,
    )
}


def _groups(settings: Settings) -> Iterator[tuple[str, Settings]]:
    for index, group in enumerate(_list(settings, "OutputGroups")):
        yield f"OutputGroups[{index}]", group


def _outputs(settings: Settings) -> Iterator[tuple[str, Settings]]:
    for path, group in _groups(settings):
        for index, output in enumerate(_list(group, "Outputs")):
            yield f"{path}.Outputs[{index}]", output


def _video_blocks(settings: Settings) -> Iterator[tuple[str, Settings]]:
    for path, output in _outputs(settings):
        codec = _get(_get(output, "VideoDescription"), "CodecSettings")
        for name in _VIDEO_BLOCKS.values():
            if name in codec and name != "FrameCaptureSettings":
                yield f"{path}.VideoDescription.CodecSettings.{name}", codec[name]


def _gop_duration(block: Settings) -> Fraction | None:
    """Seconds of a group of pictures; None if it is not fixed. AV1 counts in frames always."""
    size, unit = block.get("GopSize"), block.get("GopSizeUnits", "FRAMES")
    if not size or unit == "AUTO":
        return None
    if unit == "SECONDS":
        return Fraction(size)
    rate = (block.get("FramerateNumerator"), block.get("FramerateDenominator"))
    return Fraction(size) * Fraction(rate[1]) / Fraction(rate[0]) if rate[0] and rate[1] else None


def _get(parent: Settings, name: str) -> Settings:
    return cast("Settings", parent.get(name) or {})


def _list(parent: Settings, name: str) -> list[Any]:
    return cast("list[Any]", parent.get(name) or [])
