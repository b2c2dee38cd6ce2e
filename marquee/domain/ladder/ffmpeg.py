"""ffmpeg's arguments for each stream of a plan, without the program's name; for the ffmpeg of the wheel imageio-ffmpeg."""

from fractions import Fraction
from typing import Final

from marquee.domain.ladder.codecs import VideoCodec
from marquee.domain.ladder.plan import Plan, Rung, fit
from marquee.domain.ladder.tracks import AudioTrack

CRF: Final[dict[VideoCodec, dict[int, int]]] = {
    "avc": {1: 40, 2: 37, 3: 34, 4: 31, 5: 28, 6: 25, 7: 23, 8: 21, 9: 18, 10: 14},
    "hevc": {1: 42, 2: 39, 3: 36, 4: 33, 5: 30, 6: 27, 7: 25, 8: 23, 9: 20, 10: 16},
    "av1": {1: 60, 2: 56, 3: 51, 4: 46, 5: 41, 6: 36, 7: 32, 8: 29, 9: 24, 10: 18},
}
"""QVBR level → constant rate factor of x264, x265 and SVT-AV1: capped CRF is their counterpart of QVBR.

Our own choice, spaced so that a level is about one step of quality in each; the two encoders' scales are not the same.
"""

PRESETS: Final[dict[VideoCodec, str]] = {"avc": "veryfast", "hevc": "veryfast", "av1": "9"}
"""Fast ones, so that a laptop and a Spot vCPU keep up; SVT-AV1 itself warns of artefacts from 10 on."""

_QUIET: Final = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]


def video_arguments(plan: Plan, rung: Rung, source: str, target: str) -> list[str]:
    """Encode one rung of `source` to the MP4 `target`: exact size and rate, closed groups of pictures of `rung.gop` frames, no sound.

    Every key frame is forced by frame number, not by time: at 30000/1001 a time expression drifts off the frames.
    CEA-608 rides along in AVC and HEVC if the ladder passes it through; SVT-AV1 cannot carry it.
    """
    chosen = rung.rendition
    passed = "1" if any(track.kind == "cea608" for track in plan.ladder.captions) else "0"
    return [
        *_QUIET, "-i", source, "-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1",
        "-vf", _scaled(rung.width, rung.height), "-r", _rate(rung.fps), "-fps_mode", "cfr",
        "-pix_fmt", "yuv420p10le" if chosen.profile == "main10" else "yuv420p",
        *_ENCODERS[chosen.codec](rung),
        "-crf", str(CRF[chosen.codec][chosen.quality]), "-maxrate", f"{chosen.max_kbps}k", "-bufsize", f"{2 * chosen.max_kbps}k",
        "-g", str(rung.gop), "-flags", "+cgop",
        *([] if chosen.codec == "av1" else ["-force_key_frames", f"expr:not(mod(n,{rung.gop}))", "-forced-idr", "1", "-a53cc", passed]),
        "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def audio_arguments(track: AudioTrack, source: str, target: str) -> list[str]:
    """Encode the first audio of `source` to the MP4 `target`, 48 kHz."""
    return [
        *_QUIET, "-i", source, "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1",
        "-c:a", track.codec, "-b:a", f"{track.kbps}k", "-ac", str(track.channels), "-ar", "48000",
        "-metadata:s:a:0", f"language={track.language}", "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def trick_play_arguments(plan: Plan, source: str, target: str) -> list[str]:
    """Encode the trick-play stream: a picture each interval, every one a key frame. ValueError if the ladder has none."""
    trick = plan.ladder.trick_play
    if trick is None:
        raise ValueError("trick_play is None, there is no such stream to encode; give the ladder a TrickPlay")
    width, height = plan.trick_size
    return [
        *_QUIET, "-i", source, "-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1",
        "-vf", f"{_sampled(trick.interval)},{_scaled(width, height)}", "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-preset", PRESETS["avc"], "-profile:v", "main", "-level:v", plan.trick_level,
        "-g", "1", "-a53cc", "0",
        "-crf", str(CRF["avc"][6]), "-maxrate", f"{trick.max_kbps}k", "-bufsize", f"{2 * trick.max_kbps}k",
        "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def thumbnail_arguments(plan: Plan, source: str, target_pattern: str) -> list[str]:
    """Write the sheets of thumbnails to `target_pattern` (`sheet-%05d.jpg`, from 0). ValueError if the ladder has none."""
    grid = plan.ladder.thumbnails
    if grid is None:
        raise ValueError("thumbnails is None, there is nothing to draw; give the ladder Thumbnails")
    width, height = fit(grid.width, grid.height, plan.source)
    return [
        *_QUIET, "-i", source, "-map", "0:v:0", "-an", "-sn", "-dn",
        "-vf", f"{_sampled(grid.interval)},{_scaled(width, height)},format=yuvj420p,tile={grid.columns}x{grid.rows}",
        "-q:v", "5", "-start_number", "0", "-f", "image2", target_pattern,
    ]  # fmt: skip


def _sampled(interval: int) -> str:
    """Picture k shows second k x interval; rounding to the nearest would show a later one, and nothing of a short title."""
    return f"fps=1/{interval}:round=up"


def _scaled(width: int, height: int) -> str:
    return f"setsar=1,scale={width}:{height}:flags=lanczos"


def _rate(fps: Fraction) -> str:
    return f"{fps.numerator}/{fps.denominator}"


def _x264(rung: Rung) -> list[str]:
    chosen = rung.rendition
    return [
        "-c:v", "libx264", "-preset", PRESETS["avc"], "-profile:v", chosen.profile, "-level:v", chosen.level,
        "-keyint_min", str(rung.gop), "-sc_threshold", "0",
    ]  # fmt: skip


def _x265(rung: Rung) -> list[str]:
    chosen = rung.rendition
    fixed = f"keyint={rung.gop}:min-keyint={rung.gop}:scenecut=0:open-gop=0:level-idc={chosen.level}:high-tier=0:log-level=error"
    return ["-c:v", "libx265", "-preset", PRESETS["hevc"], "-profile:v", chosen.profile, "-tag:v", "hvc1", "-x265-params", fixed]


def _svt_av1(rung: Rung) -> list[str]:
    # irefresh-type 2: closed groups. scd=0: no key frame at a scene change, which would end a group in one rung alone.
    # The level is an integer here: 4.1 is 41, and "4.1" would silently mean automatic.
    fixed = f"irefresh-type=2:scd=0:level={rung.rendition.level.replace('.', '')}"
    return ["-c:v", "libsvtav1", "-preset", PRESETS["av1"], "-svtav1-params", fixed]


_ENCODERS: Final = {"avc": _x264, "hevc": _x265, "av1": _svt_av1}
