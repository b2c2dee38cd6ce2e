"""MediaConvert settings as the emulator reads them: the plan's own encodes come out, and nothing is dropped in silence."""

import copy
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marquee.conformance.media_rules import judge_job
from marquee.domain.ladder import ffmpeg
from marquee.domain.ladder.default import default_ladder, transported
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.plan import Plan, for_source
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator.media import encode
from marquee.emulator.media.reader import RefusedError
from marquee.emulator.media.settings import read
from marquee.emulator.media.work import S3Place
from marquee.emulator.service_model import check
from marquee.settings import load, stack_file

ROOT = Path(__file__).resolve().parents[2]
LADDER = default_ladder()
TRANSPORTED = transported(LADDER)
SPEKE = Speke(url="https://keys.example.com/speke", resource_id="film_0123456789abcdef")
SOURCES = {
    "4K, NTSC, 5.1": (3840, 2160, Fraction(30000, 1001), 6),
    "HD, 50": (1920, 1080, Fraction(50), 2),
    "portrait, silent": (1080, 1920, Fraction(24), 0),
    "tiny": (320, 180, Fraction(25), 2),
}


def request(plan: Plan, key: str = "film/v1/master.mov") -> dict[str, Any]:
    transport = plan.ladder.container == "ts"
    served = "s3://renditions/titles/film/v1/index"
    where = Job(
        master=f"s3://masters/{key}",
        destination="s3://renditions/clear/film/v1/index" if transport else served,
        thumbnails=served if transport else None,
        captions={track.language: f"s3://masters/film/v1/captions-{track.language}.vtt" for track in plan.ladder.captions},
        speke=SPEKE if plan.ladder.protection else None,
    )
    return job_settings(plan, where)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_the_emulator_reads_out_of_a_job_what_the_plan_put_in(source: tuple[int, int, Fraction, int]) -> None:
    plan = for_source(LADDER, *source)
    group = read(request(plan))
    # AV1's level is the encoder's choice: MediaConvert has no setting for it.
    wanted = [ffmpeg.of_rung(plan, rung) for rung in plan.rungs]
    assert [replace(one.video, level="") if one.video.codec == "av1" else one.video for one in group.pictures] == [
        replace(one, level="") if one.codec == "av1" else one for one in wanted
    ]
    assert [picture.label for picture in group.pictures] == [rung.key for rung in plan.rungs]
    assert group.segment == plan.segment_duration
    assert [(one.audio.codec, one.audio.kbps, one.audio.channels, one.group, one.audio_only) for one in group.sounds] == [
        (track.codec, track.kbps, track.channels, track.group, track.audio_only) for track in plan.audio
    ]
    assert [sound.default for sound in group.sounds].count(True) == bool(plan.audio)
    assert group.stills is not None
    assert (group.stills.interval, group.stills.columns) == (10, 10)
    assert (group.bucket, group.prefix, group.base) == ("renditions", "titles/film/v1/", "index")
    assert group.keys is not None
    assert group.keys.protection == LADDER.protection
    assert (group.keys.url, group.keys.resource_id) == (SPEKE.url, SPEKE.resource_id)


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_it_reads_transport_streams_and_captured_frames_too(source: tuple[int, int, Fraction, int]) -> None:
    plan = for_source(TRANSPORTED, *source)
    made = request(plan)
    assert judge_job(made, source=source[:2]) == {}
    group = read(made)
    assert (group.kind, group.manifests, group.keys, group.stills, group.trick_play) == ("ts", {"hls"}, None, None, None)
    assert [picture.video for picture in group.pictures] == [ffmpeg.of_rung(plan, rung) for rung in plan.rungs]
    assert {picture.video.codec for picture in group.pictures} <= {"avc", "hevc"}
    assert {picture.groups for picture in group.pictures} == {frozenset(track.group for track in plan.audio)}
    assert [(sound.group, sound.audio_only, sound.default) for sound in group.sounds] == [
        (track.group, False, index == 0) for index, track in enumerate(plan.audio)
    ]
    assert (group.segment, group.prefix, group.base) == (plan.segment_duration, "clear/film/v1/", "index")
    captures = group.captures
    assert captures is not None
    assert (captures.bucket, captures.prefix, captures.name) == ("renditions", "titles/film/v1/", "index-thumbnail")
    assert (captures.stills.interval, captures.stills.columns, captures.stills.rows) == (10, 1, 1)
    assert (captures.stills.width, captures.stills.height) == plan.thumbnail_size


@pytest.mark.parametrize("ladder", [LADDER, TRANSPORTED], ids=["CMAF", "transport streams"])
def test_every_picture_is_made_whole(ladder: Ladder) -> None:
    groups = request(for_source(ladder, *SOURCES["tiny"]))["OutputGroups"]
    described = [output["VideoDescription"] for group in groups for output in group["Outputs"] if "VideoDescription" in output]
    assert described
    assert {one["VideoPreprocessors"]["Deinterlacer"]["Control"] for one in described} == {
        "NORMAL"
    }  # progressive pictures stay as they are


def test_a_title_without_captions_may_say_how_long_they_would_be() -> None:
    assert read(request(for_source(replace(TRANSPORTED, captions=()), 320, 180, Fraction(25)))).texts == ()


def test_thumbnails_of_their_own_need_a_place_and_sheets_have_none() -> None:
    where = Job(master="s3://masters/film.mov", destination="s3://renditions/clear/film/v1/index")
    silent = replace(TRANSPORTED, captions=())
    with pytest.raises(ValueError, match=r"job\.thumbnails"):
        job_settings(for_source(silent, 320, 180, Fraction(25)), where)
    clear = replace(LADDER, captions=(), protection=None)
    with pytest.raises(ValueError, match=r"job\.thumbnails"):
        job_settings(for_source(clear, 320, 180, Fraction(25)), replace(where, thumbnails="s3://renditions/titles/film/v1/index"))


def test_a_key_with_odd_characters_is_taken_as_it_is() -> None:
    assert read(request(for_source(LADDER, 320, 180, Fraction(25)), key="a b/ü?#%41.mov")).master == S3Place("masters", "a b/ü?#%41.mov")


def test_captions_are_read_from_files_and_from_the_first_channel_of_a_field() -> None:
    [text] = read(request(for_source(LADDER, 320, 180, Fraction(25)))).texts
    assert (text.name, text.language, text.source) == ("index-webvtt-en", "en", S3Place("masters", "film/v1/captions-en.vtt"))
    inside = [replace(LADDER, captions=(CaptionTrack(kind="cea608", language="en", channel=channel),)) for channel in (1, 2, 3)]
    requests = [request(for_source(ladder, 320, 180, Fraction(25))) for ladder in inside]
    assert [text.source for text in (*read(requests[0]).texts, *read(requests[2]).texts)] == [1, 3]
    with pytest.raises(RefusedError, match="Source608ChannelNumber: the emulator carries out 1, 3, not 2"):
        read(requests[1])


def at(*steps: Any) -> Callable[[dict[str, Any]], Any]:
    def find(settings: dict[str, Any]) -> Any:
        place: Any = settings
        for step in steps:
            place = place[step]
        return place

    return find


OUTPUT = ("OutputGroups", 0, "Outputs", 0)
CMAF = ("OutputGroups", 0, "OutputGroupSettings", "CmafGroupSettings")
H264 = (*OUTPUT, "VideoDescription", "CodecSettings", "H264Settings")
REFUSED: dict[str, tuple[tuple[Any, ...], str, Any, str]] = {
    "a second input": ((), "Inputs", [{}, {}], "jobs with one input"),
    "another kind of group": (("OutputGroups", 0, "OutputGroupSettings"), "Type", "MS_SMOOTH_GROUP_SETTINGS", "OutputGroupSettings.Type"),
    "no maximum for QVBR": (H264, "MaxBitrate", None, "H264Settings.MaxBitrate: is required"),
    "another rate control": (H264, "RateControlMode", "CBR", "H264Settings.RateControlMode"),
    "scene changes": (H264, "SceneChangeDetect", "ENABLED", "SceneChangeDetect"),
    "the block of another codec": ((*OUTPUT, "VideoDescription", "CodecSettings"), "Codec", "H_265", "H265Settings: is required"),
    "a setting that does nothing here": (H264, "Softness", 50, "H264Settings.Softness: the emulator does not carry this out"),
    "no name of its own": (OUTPUT, "NameModifier", "-aac-und-64k", "is taken by another output"),
    "no selector": (("Inputs", 0), "AudioSelectors", {}, "no audio selector"),
    "not in S3": (("Inputs", 0), "FileInput", "https://example.com/film.mov", "wants s3://"),
    "no base name": (CMAF, "Destination", "s3://renditions/titles/", "base name"),
    "keys that would be shared": (
        (*CMAF, "Encryption", "SpekeKeyProvider", "EncryptionContractConfiguration"),
        "SpekeVideoPreset",
        "SHARED",
        "SpekeVideoPreset",
    ),
    "static keys": ((*CMAF, "Encryption"), "Type", "STATIC_KEY", "Encryption.Type"),
    "a third group": ((), "OutputGroups", [{}, {}, {}], "one output group, and captures beside it"),
    "another group of renditions": ((), "OutputGroups", [{}, {}], "FileGroupSettings.Destination: is required"),
    "a clear lead": ((*CMAF, "Encryption"), "ClearLeadSegments", 2, "ClearLeadSegments: the emulator does not carry this out"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_emulator_would_not_do_as_asked_is_refused_by_its_path(name: str) -> None:
    steps, field, value, message = REFUSED[name]
    settings = copy.deepcopy(request(for_source(LADDER, 320, 180, Fraction(25))))
    read(settings)
    at(*steps)(settings)[field] = value
    with pytest.raises(RefusedError, match=message) as caught:
        read(settings)
    assert str(caught.value).startswith("Settings")


HLS = ("OutputGroups", 0, "OutputGroupSettings", "HlsGroupSettings")
SOUND = ("OutputGroups", 0, "Outputs", 1)
FRAMES = ("OutputGroups", 1, "Outputs", 0, "VideoDescription", "CodecSettings", "FrameCaptureSettings")
REFUSED_TRANSPORT: dict[str, tuple[tuple[Any, ...], str, Any, str]] = {
    "CMAF in it": ((*OUTPUT, "ContainerSettings"), "Container", "CMFC", "ContainerSettings.Container"),
    "AV1 in it": (
        (*OUTPUT, "VideoDescription", "CodecSettings"),
        "Codec",
        "AV1",
        "CodecSettings.Codec: the emulator carries out H_264, H_265",
    ),
    "settings of its packets": (
        (*OUTPUT, "ContainerSettings", "M3u8Settings"),
        "PcrPid",
        481,
        "M3u8Settings.PcrPid: the emulator does not",
    ),
    "a playlist of key frames": ((*OUTPUT, "OutputSettings", "HlsSettings"), "IFrameOnlyManifest", "INCLUDE", "IFrameOnlyManifest"),
    "raw sound": ((*SOUND, "OutputSettings", "HlsSettings"), "AudioOnlyContainer", None, "AudioOnlyContainer: is required"),
    "sound alone": ((*SOUND, "OutputSettings", "HlsSettings"), "AudioTrackType", "AUDIO_ONLY_VARIANT_STREAM", "AudioTrackType"),
    "one file a stream": (HLS, "SegmentControl", "SINGLE_FILE", "SegmentControl"),
    "long captions": (HLS, "CaptionSegmentLengthControl", None, "CaptionSegmentLengthControl: the emulator carries out MATCH"),
    "sheets": (HLS, "ImageBasedTrickPlay", "THUMBNAIL", "ImageBasedTrickPlay"),
    "keys": (HLS, "Encryption", {"Type": "SPEKE"}, "HlsGroupSettings.Encryption: the emulator does not carry this out"),
    "a folder a stream": (HLS, "DirectoryStructure", "SUBDIRECTORY_PER_STREAM", "DirectoryStructure"),
    "frames without end": (FRAMES, "MaxCaptures", None, "MaxCaptures: is required"),
    "many frames a second": (FRAMES, "FramerateNumerator", 25, "each whole number of seconds"),
    "frames in a container": (("OutputGroups", 1, "Outputs", 0, "ContainerSettings"), "Container", "MP4", "Container"),
    "two outputs of frames": (("OutputGroups", 1), "Outputs", [{}, {}], "one output of captured frames, not 2"),
}


@pytest.mark.parametrize("name", REFUSED_TRANSPORT)
def test_so_is_what_it_would_not_do_of_transport_streams(name: str) -> None:
    steps, field, value, message = REFUSED_TRANSPORT[name]
    settings = copy.deepcopy(request(for_source(TRANSPORTED, 320, 180, Fraction(25))))
    at(*steps)(settings)[field] = value
    with pytest.raises(RefusedError, match=message):
        read(settings)


@pytest.mark.parametrize("stack", ["dev", "prod"])
@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_what_a_stack_submits_is_what_mediaconvert_takes(stack: str, source: tuple[int, int, Fraction, int]) -> None:
    settings = load(stack_file.read(stack_file.path_of(stack, ROOT), stack).platform, stack)
    segmenting = Segmenting(seconds=Fraction(str(settings.media.segment_seconds)), gop_seconds=Fraction(str(settings.media.gop_seconds)))
    plan = for_source(replace(LADDER, segmenting=segmenting, protection=settings.drm.protection), *source)
    made = request(plan)
    asked = {
        "Role": f"arn:aws:iam::{settings.accounts.workload}:role/{settings.names.role('mediaconvert', settings.primary.name)}",
        "Queue": f"arn:aws:mediaconvert:{settings.primary.name}:{settings.accounts.workload}:queues/{settings.names.encode_queue()}",
        "Settings": made,
        "UserMetadata": {"title": "film", "version": "0123456789abcdef"},
        "ClientRequestToken": "0123456789abcdef-0-again-0",
        "BillingTagsSource": "JOB",
        "Tags": {**settings.tags, "Title": "film"},
    }
    assert check("mediaconvert", "CreateJobRequest", asked) == []
    assert judge_job(made, source=source[:2]) == {}
    group = read(made)
    assert group.keys is not None
    assert isinstance(group.keys.protection, Protection)
    assert set(encode.labels(group)) == {*(rung.key for rung in plan.rungs), *(["AUDIO"] if plan.audio else [])}
