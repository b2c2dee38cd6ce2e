"""What each tool is told: ffmpeg, the packager, MediaConvert, MediaLive, players. Only the last test runs one."""

import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import imageio_ffmpeg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymediainfo import MediaInfo

from marquee.domain.ladder import default, manifests, packager
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.ffmpeg import CRF, audio_arguments, thumbnail_arguments, trick_play_arguments, video_arguments
from marquee.domain.ladder.manifests import Manifest, Picture, differences, with_audio_only
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.medialive import Channel, encoder_settings, input_settings
from marquee.domain.ladder.packager import ContentKey, Folder, labels
from marquee.domain.ladder.plan import for_source
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.thumbnails import webvtt
from marquee.domain.ladder.tracks import CaptionTrack, Thumbnails
from marquee.emulator.service_model import check

LADDER = default_ladder()
PLAN = for_source(LADDER, 3840, 2160, Fraction(30000, 1001), channels=6)
BARE = for_source(replace(LADDER, protection=None, captions=(), thumbnails=None, trick_play=None), 1280, 720, Fraction(25), channels=0)
CEA = replace(LADDER, captions=(CaptionTrack(kind="cea608", language="en"),))
FOLDER = Folder(encoded=PurePosixPath("in"), package=PurePosixPath("out"))
KEYS: dict[KeyLabel, ContentKey] = {label: ContentKey(f"{index:032x}", f"{index + 16:032x}") for index, label in enumerate(labels(PLAN))}


def option(arguments: list[str], name: str) -> str:
    """The value of an option that is given once."""
    assert arguments.count(name) == 1, (name, arguments)
    return arguments[arguments.index(name) + 1]


@pytest.mark.parametrize("rung", PLAN.rungs, ids=lambda rung: rung.name)
def test_every_encode_is_cut_in_closed_groups_of_one_length(rung: Any) -> None:
    made = video_arguments(PLAN, rung, "in.mov", "out.mp4")
    chosen = rung.rendition
    assert option(made, "-c:v") == {"avc": "libx264", "hevc": "libx265", "av1": "libsvtav1"}[chosen.codec]
    assert option(made, "-g") == "60"
    assert option(made, "-r") == "30000/1001"
    assert option(made, "-flags") == "+cgop"
    assert option(made, "-maxrate") == f"{chosen.max_kbps}k"
    assert option(made, "-crf") == str(CRF[chosen.codec][chosen.quality])
    assert f"scale={rung.width}:{rung.height}:" in option(made, "-vf")
    assert made[-1] == "out.mp4"
    if chosen.codec == "av1":
        assert option(made, "-svtav1-params") == f"irefresh-type=2:scd=0:level={chosen.level.replace('.', '')}"
    else:
        assert option(made, "-force_key_frames") == "expr:not(mod(n,60))"
    if chosen.codec == "hevc":
        assert option(made, "-tag:v") == "hvc1", "Apple's players refuse hev1"
        assert {"scenecut=0", "open-gop=0", "keyint=60", "min-keyint=60"} <= set(option(made, "-x265-params").split(":"))


def test_608_is_passed_through_by_ffmpeg_and_only_if_asked() -> None:
    with_captions = for_source(CEA, 1280, 720, Fraction(25))
    assert option(video_arguments(with_captions, with_captions.rungs[0], "i", "o"), "-a53cc") == "1"
    assert option(video_arguments(PLAN, PLAN.rungs[0], "i", "o"), "-a53cc") == "0"
    av1 = next(rung for rung in with_captions.rungs if rung.rendition.codec == "av1")
    assert "-a53cc" not in video_arguments(with_captions, av1, "i", "o")


def test_ten_bits_are_encoded_from_ten_bits() -> None:
    ladder = replace(LADDER, renditions=(*default.AVC, *(replace(rung, profile="main10") for rung in default.HEVC), *default.AV1))
    plan = for_source(ladder, 1920, 1080, Fraction(25))
    made = {rung.rendition.codec: video_arguments(plan, rung, "i", "o") for rung in plan.rungs}
    assert {codec: option(arguments, "-pix_fmt") for codec, arguments in made.items()} == {
        "avc": "yuv420p",
        "hevc": "yuv420p10le",
        "av1": "yuv420p",
    }
    assert option(made["hevc"], "-profile:v") == "main10"


def test_quality_levels_rise_in_every_codec() -> None:
    for table in CRF.values():
        assert list(table) == list(range(1, 11))
        assert list(table.values()) == sorted(table.values(), reverse=True)


def test_audio_arguments() -> None:
    stereo, surround = audio_arguments(default.AUDIO[1], "i", "o"), audio_arguments(default.AUDIO[2], "i", "o")
    assert [option(stereo, name) for name in ("-c:a", "-b:a", "-ac", "-ar")] == ["aac", "128k", "2", "48000"]
    assert [option(surround, name) for name in ("-c:a", "-b:a", "-ac", "-ar")] == ["eac3", "384k", "6", "48000"]


def test_what_a_ladder_lacks_has_no_arguments() -> None:
    with pytest.raises(ValueError, match="give the ladder a TrickPlay"):
        trick_play_arguments(BARE, "i", "o")
    for make in (lambda: thumbnail_arguments(BARE, "i", "o"), lambda: webvtt(BARE, Fraction(10))):
        with pytest.raises(ValueError, match="give the ladder Thumbnails"):
            make()


def test_the_packager_encrypts_each_stream_under_its_own_label_from_the_first_byte() -> None:
    made = packager.arguments(PLAN, FOLDER, KEYS)
    streams = [dict(pair.split("=", 1) for pair in one.split(",")) for one in made if one.startswith("in=")]
    media = {one["in"].removeprefix("in/").removesuffix(".mp4"): one for one in streams if one["stream"] != "text"}
    assert set(media) == {rung.name for rung in PLAN.rungs} | {track.name for track in PLAN.audio} | {"trick-270p"}
    assert {one["drm_label"] for one in media.values() if one["stream"] == "audio"} == {"AUDIO"}
    assert media["avc-540p-2000k"]["drm_label"] == "SD"
    assert media["avc-720p-4000k"]["drm_label"] == "HD"
    assert media["hevc-1440p-8500k"]["drm_label"] == "UHD"
    assert media["trick-270p"]["dash_only"] == "1"
    assert [one["in"] for one in streams if "iframe_playlist_name" in one] == ["in/avc-234p-300k.mp4"]
    assert [("hls_only" in one, "dash_only" in one) for one in streams if one["stream"] == "text"] == [(True, False), (False, True)]
    assert "language" not in media["aac-und-128k"], "the packager refuses `und`"
    assert option(made, "--clear_lead") == "0"
    assert option(made, "--protection_scheme") == "cbcs"
    assert option(made, "--protection_systems") == "Widevine,PlayReady,FairPlay"
    assert option(made, "--segment_duration") == option(made, "--fragment_duration") == "6.006"
    assert [key.split(":")[0] for key in option(made, "--keys").split(",")] == [f"label={label}" for label in labels(PLAN)]
    places = [one.get("init_segment", one["segment_template"]) for one in streams]
    assert len(set(places)) == len(places), "two streams would overwrite each other"


def test_the_packager_never_leaves_a_stream_clear_by_mistake() -> None:
    assert labels(PLAN) == ("AUDIO", "SD", "HD", "UHD")
    assert labels(for_source(LADDER, 640, 360, Fraction(25))) == ("AUDIO", "SD")
    wrong: list[Any] = [{}, {"AUDIO": KEYS["AUDIO"]}, {**KEYS, "EXTRA": KEYS["SD"]}]
    for keys in wrong:
        with pytest.raises(ValueError, match="the streams need"):
            packager.arguments(PLAN, FOLDER, keys)
    assert not any("protection" in one or "--keys" in one for one in packager.arguments(BARE, FOLDER, {}))


def test_the_packager_marks_the_first_known_language_as_default() -> None:
    spoken = replace(LADDER, audio=(default.AUDIO[0], replace(default.AUDIO[1], language="pt-BR"), default.AUDIO[2]))
    plan = for_source(spoken, 640, 360, Fraction(25), channels=6)
    keys: dict[KeyLabel, ContentKey] = {label: KEYS[label] for label in labels(plan)}
    assert option(packager.arguments(plan, FOLDER, keys), "--default_language") == "pt-BR"
    assert "--default_language" not in packager.arguments(PLAN, FOLDER, KEYS)


def test_keys_are_checked_and_not_shown() -> None:
    with pytest.raises(ValueError, match="32 lower-case hexadecimal digits") as caught:
        ContentKey("0" * 32, "secret")
    assert "secret" not in str(caught.value)
    assert "f" * 32 not in repr(ContentKey("0" * 32, "f" * 32))


def test_a_folder_that_would_end_a_field_is_refused() -> None:
    with pytest.raises(ValueError, match="choose another folder"):
        packager.arguments(PLAN, Folder(encoded=PurePosixPath("a,b"), package=PurePosixPath("out")), KEYS)


def test_the_job_asks_for_separate_keys_and_one_group_an_audio_codec() -> None:
    speke = Speke(url="https://keys.example.com/speke", resource_id="film-v1")
    made = job_settings(PLAN, Job(master="s3://i/f.mov", destination="s3://o/index", captions={"en": "s3://i/en.vtt"}, speke=speke))
    (group,) = made["OutputGroups"]
    cmaf = group["OutputGroupSettings"]["CmafGroupSettings"]
    assert cmaf["Encryption"]["SpekeKeyProvider"]["EncryptionContractConfiguration"] == {
        "SpekeAudioPreset": "PRESET_AUDIO_1",
        "SpekeVideoPreset": "PRESET_VIDEO_3",
    }
    assert (cmaf["WriteHlsManifest"], cmaf["WriteDashManifest"], cmaf["SegmentLength"]) == ("ENABLED", "ENABLED", 6)
    tracks = {output["NameModifier"]: output["ContainerSettings"].get("CmfcSettings", {}) for output in group["Outputs"]}
    assert tracks["-avc-234p-300k"] == {"IFrameOnlyManifest": "INCLUDE", "AudioRenditionSets": "audio-aac,audio-eac3"}
    assert tracks["-aac-und-64k"] == {"AudioGroupId": "audio-only", "AudioTrackType": "AUDIO_ONLY_VARIANT_STREAM"}
    defaults = [name for name, track in tracks.items() if track.get("AudioTrackType") == "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT"]
    assert defaults == ["-aac-und-128k"]
    assert "-webvtt-en" in tracks


def test_608_becomes_webvtt_in_cmaf_and_stays_embedded_live() -> None:
    plan = for_source(replace(CEA, protection=None), 1280, 720, Fraction(25))
    made = job_settings(plan, Job(master="s3://i/f.mov", destination="s3://o/index"))
    assert made["Inputs"][0]["CaptionSelectors"]["cc1-en"]["SourceSettings"]["SourceType"] == "EMBEDDED"
    captions = [one for output in made["OutputGroups"][0]["Outputs"] for one in output.get("CaptionDescriptions", [])]
    assert [one["DestinationSettings"]["DestinationType"] for one in captions] == ["WEBVTT"]
    live = encoder_settings(plan, Channel(destination="package"))
    assert [one["DestinationSettings"] for one in live["CaptionDescriptions"]] == [{"EmbeddedDestinationSettings": {}}]


def test_live_names_only_what_it_describes() -> None:
    plan = for_source(CEA, 3840, 2160, Fraction(50), channels=6)
    made, taken = encoder_settings(plan, Channel(destination="package")), input_settings(plan)
    assert check("medialive", "EncoderSettings", made) == check("medialive", "InputSettings", taken) == []
    (group,) = made["OutputGroups"]
    for output in group["Outputs"]:
        assert output["VideoDescriptionName"] in {one["Name"] for one in made["VideoDescriptions"]}
        assert (
            set(output["AudioDescriptionNames"]) == {one["Name"] for one in made["AudioDescriptions"]} == {"aac-und-128k", "eac3-und-384k"}
        )
        assert output["CaptionDescriptionNames"] == [one["Name"] for one in made["CaptionDescriptions"]]
    assert not any("av1" in one["Name"] for one in made["VideoDescriptions"])
    for one in made["VideoDescriptions"]:
        (block,) = one["CodecSettings"].values()
        assert (block["GopSizeUnits"], block["GopClosedCadence"], block["SceneChangeDetect"]) == ("FRAMES", 1, "DISABLED")
        assert block["GopSize"] * block["FramerateDenominator"] / block["FramerateNumerator"] == 2
        assert block["MaxBitrate"] < block["BufSize"]
    assert {one["AudioSelectorName"] for one in made["AudioDescriptions"]} == {one["Name"] for one in taken["AudioSelectors"]}
    assert {one["CaptionSelectorName"] for one in made["CaptionDescriptions"]} == {one["Name"] for one in taken["CaptionSelectors"]}
    with pytest.raises(ValueError, match="AVC and HEVC alone"):
        encoder_settings(replace(plan, rungs=plan.rungs[-1:]), Channel(destination="package"))


def test_expected_manifests() -> None:
    plan = for_source(LADDER, 640, 360, Fraction(25), channels=2)
    hls, dash = manifests.hls(plan), manifests.dash(plan)
    assert [(one.codecs, one.width, one.height) for one in hls.pictures] == [
        ("avc1.4d401e", 416, 234),
        ("avc1.4d401e", 640, 360),
        ("av01.0.04M.08", 640, 360),
    ]
    assert (hls.audio_only, len(hls.sounds), hls.captions) == (1, 1, ("en",))
    assert (dash.audio_only, len(dash.sounds), dash.pictures) == (0, 2, hls.pictures)
    assert dash.trick_play == (Picture("avc1.4d4015", 480, 270, Fraction(1)),)
    assert hls.trick_play == hls.pictures[:1]


FOUND: dict[str, tuple[Any, str]] = {
    "missing rung": (lambda m: replace(m, pictures=m.pictures[1:]), "rendition avc1.4d401e 416x234 at 25 frames a second is missing"),
    "extra rung": (lambda m: replace(m, pictures=(*m.pictures, m.pictures[0])), "416x234 at 25 frames a second is not expected"),
    "other level": (lambda m: replace(m, pictures=(replace(m.pictures[0], codecs="avc1.4d4028"), *m.pictures[1:])), "is missing"),
    "other rate": (lambda m: replace(m, pictures=(replace(m.pictures[0], fps=Fraction(50)), *m.pictures[1:])), "is missing"),
    "no captions": (lambda m: replace(m, captions=()), "captions en is missing"),
    "no sound": (lambda m: replace(m, sounds=()), "audio Sound"),
    "no audio-only": (lambda m: replace(m, audio_only=0), "audio-only variants: 0 instead of 1"),
    "no trick play": (lambda m: replace(m, trick_play=()), "trick play avc1.4d401e"),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_manifest_that_differs(name: str) -> None:
    expected = manifests.hls(for_source(LADDER, 640, 360, Fraction(25)))
    change, message = FOUND[name]
    assert any(message in one for one in differences(expected, change(expected)))


def test_a_manifest_that_rounds_and_sets_other_flags_is_the_same() -> None:
    expected = manifests.hls(for_source(LADDER, 1920, 1080, Fraction(30000, 1001)))
    rounded = tuple(replace(one, codecs=one.codecs.replace(".B0", ".90"), fps=Fraction("29.970")) for one in expected.pictures)
    found: Manifest = replace(expected, pictures=rounded)
    assert differences(expected, found) == []


def test_the_audio_only_variant_is_added_to_the_packagers_master() -> None:
    master = with_audio_only("#EXTM3U\n", PLAN)
    assert master.splitlines()[1:] == ['#EXT-X-STREAM-INF:BANDWIDTH=70400,CODECS="mp4a.40.2",AUDIO="audio-only"', "aac-und-64k.m3u8"]


def test_thumbnails_point_into_their_sheets() -> None:
    ladder = replace(LADDER, thumbnails=Thumbnails(interval=5, columns=2, rows=2))
    lines = webvtt(for_source(ladder, 1920, 1080, Fraction(25)), Fraction("26.5")).splitlines()
    assert lines[:4] == ["WEBVTT", "", "00:00:00.000 --> 00:00:05.000", "sheet-00000.jpg#xywh=0,0,160,90"]
    assert [line for line in lines if "#xywh" in line][3:5] == ["sheet-00000.jpg#xywh=160,90,160,90", "sheet-00001.jpg#xywh=0,0,160,90"]
    assert lines[-2:] == ["00:00:25.000 --> 00:00:26.500", "sheet-00001.jpg#xywh=160,0,160,90"]
    with pytest.raises(ValueError, match="holds no picture"):
        webvtt(PLAN, Fraction(0))


@given(st.fractions(Fraction(1, 100), 20_000, max_denominator=1000))
def test_cues_follow_each_other_to_the_end(duration: Fraction) -> None:
    cues = [line.split(" --> ") for line in webvtt(PLAN, duration).splitlines() if " --> " in line]
    assert [start for start, _ in cues[1:]] == [end for _, end in cues[:-1]]
    hours, minutes, seconds = cues[-1][1].split(":")
    assert abs(int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds) - duration) <= Fraction(1, 1000)


@pytest.mark.slow
def test_a_real_encode_has_the_size_rate_level_and_groups_that_were_derived(tmp_path: Path) -> None:
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    master = tmp_path / "master.mp4"
    picture = "testsrc2=size=640x272:rate=30000/1001:duration=2.002"
    made = [ffmpeg, "-loglevel", "error", "-f", "lavfi", "-i", picture, "-pix_fmt", "yuv420p", "-preset", "ultrafast", str(master)]
    subprocess.run(made, check=True, timeout=120)
    ladder = replace(
        LADDER, segmenting=Segmenting(seconds=Fraction(2), gop_seconds=Fraction(1)), thumbnails=Thumbnails(interval=1, columns=2, rows=1)
    )
    plan = for_source(ladder, 640, 272, Fraction(30000, 1001), channels=0)
    rung = plan.rungs[0]
    target = tmp_path / "rung.mp4"
    subprocess.run([ffmpeg, *video_arguments(plan, rung, str(master), str(target))], check=True, timeout=120)

    parsed: Any = MediaInfo.parse(str(target))
    (track,) = [one.to_data() for one in parsed.tracks if one.track_type == "Video"]
    assert (track["width"], track["height"]) == (rung.width, rung.height) == (416, 176)
    assert abs(track["duration"] - 2002) <= 1
    assert track["frame_rate"] == "29.970"
    assert track["format_profile"] == "Main@L3"
    shown = subprocess.run(
        [ffmpeg, "-hide_banner", "-i", str(target), "-vf", "showinfo", "-f", "null", "-"],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    keys = [line.split("iskey:")[1][0] for line in shown.stderr.splitlines() if "iskey:" in line]
    assert [number for number, key in enumerate(keys) if key == "1"] == [0, rung.gop]
    assert len(keys) == 60

    subprocess.run([ffmpeg, *thumbnail_arguments(plan, str(master), str(tmp_path / "sheet-%05d.jpg"))], check=True, timeout=120)
    named = {line.split("#")[0] for line in webvtt(plan, Fraction("2.002")).splitlines() if "#xywh" in line}
    assert {path.name for path in tmp_path.glob("sheet-*.jpg")} == named == {"sheet-00000.jpg", "sheet-00001.jpg"}
