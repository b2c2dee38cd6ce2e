"""The walker over botocore's models and the named rules: every constraint and every rule is seen to fail once."""

from collections.abc import Callable
from copy import deepcopy
from fractions import Fraction
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from marquee.conformance.media_rules import RULES, judge_job
from marquee.domain.ladder.default import default_ladder, transported
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.plan import for_source
from marquee.emulator.service_model import Limits, Problem, check, limits, service_model

SOURCE = (3840, 2160)
SETTINGS = job_settings(
    for_source(default_ladder(), *SOURCE, Fraction(60000, 1001), channels=6),
    Job(
        master="s3://masters/masters/film/film.mov",
        destination="s3://renditions/titles/film/v1/index",
        captions={"en": "s3://masters/masters/film/en.vtt"},
        speke=Speke(url="https://keys.example.com/speke", resource_id="film-v1"),
    ),
)
TRANSPORT = job_settings(
    for_source(transported(default_ladder()), *SOURCE, Fraction(60000, 1001), channels=6),
    Job(
        master="s3://masters/masters/film/film.mov",
        destination="s3://renditions/clear/film/v1/index",
        thumbnails="s3://renditions/titles/film/v1/index",
        captions={"en": "s3://masters/masters/film/en.vtt"},
    ),
)
FIRST = "OutputGroups[0].Outputs[0]"
H264 = f"{FIRST}.VideoDescription.CodecSettings.H264Settings"


def outputs(settings: dict[str, Any]) -> list[dict[str, Any]]:
    return settings["OutputGroups"][0]["Outputs"]


def h264(settings: dict[str, Any]) -> dict[str, Any]:
    return outputs(settings)[0]["VideoDescription"]["CodecSettings"]["H264Settings"]


def cmaf(settings: dict[str, Any]) -> dict[str, Any]:
    return settings["OutputGroups"][0]["OutputGroupSettings"]["CmafGroupSettings"]


def sound(settings: dict[str, Any]) -> dict[str, Any]:
    return next(output for output in outputs(settings) if "AudioDescriptions" in output)


def caption(settings: dict[str, Any]) -> dict[str, Any]:
    return next(output for output in outputs(settings) if "CaptionDescriptions" in output)


def hls(settings: dict[str, Any]) -> dict[str, Any]:
    return settings["OutputGroups"][0]["OutputGroupSettings"]["HlsGroupSettings"]


def said(output: dict[str, Any]) -> dict[str, Any]:
    return output["OutputSettings"]["HlsSettings"]


def captured(settings: dict[str, Any]) -> dict[str, Any]:
    return settings["OutputGroups"][1]["Outputs"][0]


def frames(settings: dict[str, Any]) -> dict[str, Any]:
    return captured(settings)["VideoDescription"]["CodecSettings"]["FrameCaptureSettings"]


def hevc(settings: dict[str, Any]) -> dict[str, Any]:
    coded = (output["VideoDescription"]["CodecSettings"] for output in outputs(settings))
    return next(each["H265Settings"] for each in coded if "H265Settings" in each)


@pytest.mark.parametrize("settings", [SETTINGS, TRANSPORT], ids=["cmaf", "ts"])
def test_the_default_job_is_sound(settings: dict[str, Any]) -> None:
    assert check("mediaconvert", "JobSettings", settings) == []
    assert judge_job(settings, source=SOURCE) == {}


WALKED: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "enum": (lambda s: h264(s).update(RateControlMode="CRF"), f"{H264}.RateControlMode", "'CRF' is none of VBR, CBR, QVBR"),
    "minimum": (lambda s: h264(s).update(MaxBitrate=900), f"{H264}.MaxBitrate", "900 is below the minimum, 1000"),
    "maximum": (
        lambda s: h264(s)["QvbrSettings"].update(QvbrQualityLevel=11),
        f"{H264}.QvbrSettings.QvbrQualityLevel",
        "above the maximum, 10",
    ),
    "maximum of a double": (
        lambda s: h264(s)["QvbrSettings"].update(QvbrQualityLevelFineTune=1.5),
        f"{H264}.QvbrSettings.QvbrQualityLevelFineTune",
        "1.5 is above the maximum, 1",
    ),
    "pattern": (
        lambda s: cmaf(s).update(Destination="index"),
        "OutputGroups[0].OutputGroupSettings.CmafGroupSettings.Destination",
        "does not match",
    ),
    "pattern in a list": (
        lambda s: cmaf(s)["Encryption"]["SpekeKeyProvider"].update(HlsSignaledSystemIds=["widevine"]),
        "OutputGroups[0].OutputGroupSettings.CmafGroupSettings.Encryption.SpekeKeyProvider.HlsSignaledSystemIds[0]",
        "8 characters is below the minimum, 36",
    ),
    "unknown member": (lambda s: h264(s).update(Crf=23), f"{H264}.Crf", "is unknown to H264Settings"),
    "text for a number": (lambda s: h264(s).update(MaxBitrate="300k"), f"{H264}.MaxBitrate", "is str, must be integer"),
    "truth for a number": (lambda s: h264(s).update(MaxBitrate=True), f"{H264}.MaxBitrate", "is bool, must be integer"),
    "empty text": (lambda s: outputs(s)[0].update(NameModifier=""), f"{FIRST}.NameModifier", "0 characters is below the minimum, 1"),
    "map's value": (
        lambda s: s["Inputs"][0]["AudioSelectors"]["Audio"].update(DefaultSelection="YES"),
        "Inputs[0].AudioSelectors.Audio.DefaultSelection",
        "'YES' is none of",
    ),
    "list for a structure": (lambda s: s.update(TimecodeConfig=[]), "TimecodeConfig", "is list, must be structure"),
}


@pytest.mark.parametrize("name", WALKED)
def test_the_walker_finds(name: str) -> None:
    change, path, message = WALKED[name]
    settings = deepcopy(SETTINGS)
    change(settings)
    found = check("mediaconvert", "JobSettings", settings)
    assert [problem.path for problem in found] == [path] or {problem.path for problem in found} == {path}
    assert any(message in problem.message for problem in found), found


def test_required_members_are_missed() -> None:
    assert Problem("Role", "is missing, CreateJobRequest requires it") in check("mediaconvert", "CreateJobRequest", {"Settings": {}})
    missing = [problem.path for problem in check("medialive", "EncoderSettings", {"VideoDescriptions": [{}]})]
    assert missing == ["AudioDescriptions", "OutputGroups", "TimecodeConfig", "VideoDescriptions[0].Name"]


def test_limits_are_read_from_names_where_the_model_states_them_nowhere_else() -> None:
    def of(service: str, shape: str, member: str) -> Limits:
        return limits(service_model(service).shape_for(shape).members[member])

    assert of("medialive", "H265Settings", "MaxBitrate") == Limits(100_000, 40_000_000)
    assert of("medialive", "GlobalConfiguration", "InitialAudioGain") == Limits(-60, 60)
    assert of("medialive", "HlsGroupSettings", "IndexNSegments") == Limits(3, None)
    assert of("medialive", "OutputGroup", "Name") == Limits(None, 32)
    assert of("medialive", "OutputGroup", "Outputs") == Limits(None, None)
    assert of("mediaconvert", "Eac3Settings", "LoRoSurroundMixLevel") == Limits(-60, -1)
    assert of("mediaconvert", "H264Settings", "MaxBitrate") == Limits(1000, 1_152_000_000)


def test_botocore_alone_lets_these_pass() -> None:
    """Why the walker exists: if this fails, botocore has learnt to check and the walker may shrink."""
    settings = deepcopy(SETTINGS)
    for name in ("enum", "maximum", "maximum of a double", "pattern"):
        WALKED[name][0](settings)
    shape = botocore.session.get_session().get_service_model("mediaconvert").shape_for("JobSettings")
    assert not ParamValidator().validate(settings, shape).has_errors()
    assert len(check("mediaconvert", "JobSettings", settings)) == 4


BROKEN_RULES: dict[str, list[Callable[[dict[str, Any]], Any]]] = {
    "codec_matches_block": [
        lambda s: outputs(s)[0]["VideoDescription"]["CodecSettings"].update(Codec="H_265"),
        lambda s: sound(s)["AudioDescriptions"][0]["CodecSettings"].update(Eac3Settings={}),
        lambda s: sound(s)["AudioDescriptions"][0]["CodecSettings"].pop("AacSettings"),
    ],
    "qvbr_has_max_bitrate": [
        lambda s: h264(s).pop("MaxBitrate"),
        lambda s: h264(s).update(Bitrate=300_000),
        lambda s: h264(s).pop("QvbrSettings"),
    ],
    "selectors_exist": [
        lambda s: sound(s)["AudioDescriptions"][0].update(AudioSourceName="Audio Selector 1"),
        lambda s: s["Inputs"][0].pop("CaptionSelectors"),
        lambda s: s["Inputs"].append({"FileInput": "s3://b/second.mov", "CaptionSelectors": s["Inputs"][0]["CaptionSelectors"]}),
    ],
    "segments_are_whole_groups": [
        lambda s: cmaf(s).update(SegmentLength=5),
        lambda s: cmaf(s).update(SegmentLengthControl="EXACT"),
        lambda s: h264(s).update(GopSize=90.0),
        lambda s: h264(s).update(GopSizeUnits="AUTO"),
        lambda s: h264(s).update(GopClosedCadence=0),
        lambda s: h264(s).pop("SceneChangeDetect"),
        lambda s: h264(s).pop("FramerateNumerator"),
    ],
    "audio_groups_meet": [
        lambda s: sound(s)["ContainerSettings"].pop("CmfcSettings"),
        lambda s: outputs(s)[-2]["ContainerSettings"]["CmfcSettings"].update(AudioGroupId="other"),
        lambda s: outputs(s)[0].update(AudioDescriptions=sound(s)["AudioDescriptions"]),
        lambda s: outputs(s)[0]["ContainerSettings"]["CmfcSettings"].update(AudioRenditionSets="nobody"),
    ],
    "nothing_is_upscaled": [
        lambda s: outputs(s)[0]["VideoDescription"].update(Width=4096),
        lambda s: outputs(s)[0]["VideoDescription"].update(Height=2162),
    ],
    "name_modifiers_differ": [
        lambda s: outputs(s)[1].update(NameModifier=outputs(s)[0]["NameModifier"]),
        lambda s: outputs(s)[1].pop("NameModifier"),
    ],
    "sheets_are_whole": [lambda s: cmaf(s)["ImageBasedTrickPlaySettings"].update(ThumbnailWidth=90)],
    "captions_suit_the_group": [lambda s: caption(s)["CaptionDescriptions"][0].update(DestinationSettings={"DestinationType": "EMBEDDED"})],
    "encryption_suits_systems": [
        lambda s: cmaf(s)["Encryption"].update(EncryptionMethod="AES_CTR"),
        lambda s: cmaf(s)["Encryption"]["SpekeKeyProvider"]["DashSignaledSystemIds"].append("94ce86fb-07ff-4f43-adb8-93d2fa968ca2"),
        lambda s: cmaf(s)["Encryption"]["SpekeKeyProvider"]["EncryptionContractConfiguration"].update(SpekeAudioPreset="UNENCRYPTED"),
    ],
}


BROKEN_TRANSPORT: dict[str, list[Callable[[dict[str, Any]], Any]]] = {
    "containers_suit_the_group": [
        lambda s: outputs(s)[0]["ContainerSettings"].update(Container="MP4"),
        lambda s: captured(s)["ContainerSettings"].update(Container="MP4"),
        lambda s: s["OutputGroups"][0]["OutputGroupSettings"].update(Type="MS_SMOOTH_GROUP_SETTINGS"),
    ],
    "transport_streams_carry_the_codecs": [
        lambda s: outputs(s)[0]["VideoDescription"].update(CodecSettings=av1()),
        lambda s: hevc(s).update(WriteMp4PackagingType="HVC1"),
    ],
    "sound_alone_is_a_transport_stream": [
        lambda s: said(sound(s)).pop("AudioOnlyContainer"),
        lambda s: said(sound(s)).update(AudioOnlyContainer="AUTOMATIC"),
    ],
    "sources_have_no_variants_of_their_own": [
        lambda s: said(outputs(s)[0]).update(IFrameOnlyManifest="INCLUDE"),
        lambda s: outputs(s).append(deepcopy(sound(s)) | {"NameModifier": "-low", "OutputSettings": {"HlsSettings": LOW}}),
    ],
    "sources_are_cut_alike": [
        lambda s: hls(s).update(SegmentControl="SINGLE_FILE"),
        lambda s: hls(s).update(MinSegmentLength=2),
        lambda s: hls(s).pop("CaptionSegmentLengthControl"),
    ],
    "sources_hold_no_pictures_to_seek_by": [lambda s: hls(s).update(ImageBasedTrickPlay="THUMBNAIL")],
    "sources_are_clear": [lambda s: hls(s).update(Encryption={"Type": "SPEKE"})],
    "frames_are_captured_beside_pictures": [
        lambda s: frames(s).pop("MaxCaptures"),
        lambda s: frames(s).pop("FramerateNumerator"),
        lambda s: s["OutputGroups"].pop(0),
        lambda s: s["OutputGroups"][1]["OutputGroupSettings"].update(Type="DASH_ISO_GROUP_SETTINGS"),
    ],
    "captions_suit_the_group": [lambda s: caption(s)["CaptionDescriptions"][0].update(DestinationSettings={"DestinationType": "IMSC"})],
    "segments_are_whole_groups": [lambda s: hls(s).update(SegmentLength=5)],
    "audio_groups_meet": [lambda s: said(outputs(s)[0]).update(AudioRenditionSets="nobody")],
    "name_modifiers_differ": [lambda s: captured(s).pop("NameModifier")],
}
LOW = {"AudioGroupId": "low", "AudioTrackType": "AUDIO_ONLY_VARIANT_STREAM", "AudioOnlyContainer": "M2TS"}


def av1() -> dict[str, Any]:
    found = (output["VideoDescription"]["CodecSettings"] for output in outputs(SETTINGS))
    return next(deepcopy(each) for each in found if each["Codec"] == "AV1")


def test_every_rule_has_a_failing_case() -> None:
    assert set(BROKEN_RULES) | set(BROKEN_TRANSPORT) == set(RULES)


CASES = [
    pytest.param(settings, name, change, id=f"{kind}-{name}-{index}")
    for kind, settings, broken in (("cmaf", SETTINGS, BROKEN_RULES), ("ts", TRANSPORT, BROKEN_TRANSPORT))
    for name, changes in broken.items()
    for index, change in enumerate(changes)
]


@pytest.mark.parametrize(("sound_settings", "name", "change"), CASES)
def test_a_rule_fails(sound_settings: dict[str, Any], name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    settings = deepcopy(sound_settings)
    change(settings)
    found = judge_job(settings, source=SOURCE)
    assert list(found) == [name], found
    assert all(problem.path for problem in found[name])
