"""ffmpeg's arguments for each stream, without the program's name; for the ffmpeg of the wheel imageio-ffmpeg.

A stream is described by a small value (`Video`, `Audio`, `Stills`), which a plan gives, and the emulated MediaConvert reads from a
job's own settings: one encode, whoever asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from marquee.domain.ladder.codecs import Profile, VideoCodec
from marquee.domain.ladder.opening import QUIET
from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.ladder.tones import to_sdr
from marquee.domain.ladder.tracks import UNKNOWN, AudioCodec, AudioTrack
from marquee.domain.media import DynamicRange

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

_WHOLE: Final = "bwdif=mode=send_frame:deint=interlaced"
"""Makes whole pictures of those that a master marks as interlaced, and leaves the others as they are."""

_BLACK: Final = "tpad=stop=-1:stop_mode=add:color=black"
"""Without end: whatever follows has to cut it."""


@dataclass(frozen=True, kw_only=True)
class Video:
    """One encode of the picture."""

    codec: VideoCodec
    profile: Profile
    level: str
    width: int
    height: int
    """Pixels, even."""
    fps: Fraction
    gop: int
    """Frames from one key frame to the next."""
    quality: int
    """QVBR level, 1 to 10."""
    max_kbps: int
    cea608: bool = False
    """Whether the source's CEA-608 rides along. In AVC and HEVC: SVT-AV1 cannot carry it."""
    source_range: DynamicRange = "SDR"
    """The source's; what is made of it is SDR."""
    fill_until: Fraction | None = None
    """Second up to which black follows a picture that ends before; None: it ends when it ends."""


@dataclass(frozen=True, kw_only=True)
class Audio:
    """One encode of the sound."""

    codec: AudioCodec
    kbps: int
    channels: int
    language: str = UNKNOWN
    fill_until: Fraction | None = None
    """Second up to which silence follows, and at which the sound ends."""


@dataclass(frozen=True, kw_only=True)
class Stills:
    """Thumbnails, tiled into sheets."""

    interval: int
    """Seconds from one to the next."""
    width: int
    height: int
    """Pixels of one thumbnail."""
    columns: int
    rows: int
    source_range: DynamicRange = "SDR"
    fill_until: Fraction | None = None


def of_rung(plan: Plan, rung: Rung) -> Video:
    """What a rung of a plan is encoded to."""
    chosen = rung.rendition
    return Video(
        codec=chosen.codec,
        profile=chosen.profile,
        level=chosen.level,
        width=rung.width,
        height=rung.height,
        fps=rung.fps,
        gop=rung.gop,
        quality=chosen.quality,
        max_kbps=chosen.max_kbps,
        cea608=any(track.kind == "cea608" for track in plan.ladder.captions),
        source_range=plan.source.dynamic_range,
        fill_until=plan.source.fill_until,
    )


def video_arguments(plan: Plan, rung: Rung, source: str, target: str) -> list[str]:
    """Encode one rung of `source` to the MP4 `target`."""
    return video(of_rung(plan, rung), source, target)


def video(wanted: Video, source: str, target: str) -> list[str]:
    """Encode the picture of `source` to the MP4 `target`: exact size and rate, closed groups of `gop` frames, no sound.

    Every key frame is forced by frame number, not by time: at 30000/1001 a time expression drifts off the frames. The rate is made by a
    filter: where it is halved, the encoder's own rate control repeats the first picture and adds one behind the last. A picture that
    begins later than the sound stands still until then. `V` is a picture that moves: a cover may stand before it.
    """
    return [
        *QUIET, "-i", source, "-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1",
        "-vf", f"{_WHOLE},fps={_rate(wanted.fps)}:start_time=0:round=near{_filled(wanted.fill_until)},{_scaled_video(wanted)}",
        *_encoder(wanted),
        "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def pieces(
    wanted: Mapping[str, Video], source: str, *, fps: Fraction, start: Fraction, frames: int, ends: Fraction | None = None
) -> list[str]:
    """Encode `frames` pictures of `source` from second `start` on, to several MP4s at once: target → what it holds.

    The picture is decoded once and put on the source's own grid of `fps` pictures a second, counted from the title's beginning; each
    target takes every first, second or fourth of these. So pieces that begin on a target's picture join without a gap or a repetition.
    Seeking begins a second early, since the picture that is due at `start` may have an earlier time stamp. Captions of that second, and
    those behind the end, are another piece's. Where a rate is halved, `fps` takes the same pictures as `framestep`, and keeps the captions
    of the others. Behind the picture's own end at second `ends`, if that is given, everything is black.
    """
    early = Fraction(max(0, floor(min(start, ends or start) - 1)))
    count = len(wanted)
    captioned = any(video.cea608 for video in wanted.values())
    first = start - early - 1 / (2 * fps)
    others = f"lt(t,{_decimal(first)})+gte(t,{_decimal(first + frames / fps)})"
    silenced = f"sidedata=mode=delete:type=A53_CC:enable='{others}'," if captioned else ""
    black = f"{_BLACK}," if ends else ""
    begun = f"[0:V:0]{_WHOLE},{black}{silenced}fps={_rate(fps)}:start_time={_decimal(start - early)}:round=near"
    grid = f"{begun},trim=end_frame={frames},setpts=N/({_rate(fps)})/TB"
    graph = [grid + f",split={count}" + "".join(f"[s{index}]" for index in range(count))]
    outputs: list[str] = []
    for index, (target, video) in enumerate(wanted.items()):
        fewer = f"fps={_rate(video.fps)}" if video.cea608 and video.fps != fps else f"framestep={int(fps / video.fps)}"
        graph.append(f"[s{index}]{fewer},{_scaled_video(video)}[v{index}]")
        outputs += ["-map", f"[v{index}]", "-map_metadata", "-1", *_encoder(video), "-f", "mp4", target]
    window = ["-ss", _decimal(early), "-t", _decimal(start - early + frames / fps + 1)]
    return [*QUIET, *window, "-i", source, "-filter_complex", ";".join(graph), *outputs]


def _encoder(wanted: Video) -> list[str]:
    forced = ["-force_key_frames", f"expr:not(mod(n,{wanted.gop}))", "-forced-idr", "1", "-a53cc", "1" if wanted.cea608 else "0"]
    return [
        "-r", _rate(wanted.fps), "-fps_mode", "cfr", "-pix_fmt", "yuv420p10le" if wanted.profile == "main10" else "yuv420p",
        *_ENCODERS[wanted.codec](wanted),
        "-crf", str(CRF[wanted.codec][wanted.quality]), "-maxrate", f"{wanted.max_kbps}k", "-bufsize", f"{2 * wanted.max_kbps}k",
        "-g", str(wanted.gop), "-flags", "+cgop",
        *([] if wanted.codec == "av1" else forced),
    ]  # fmt: skip


def audio_arguments(track: AudioTrack, source: str, target: str) -> list[str]:
    """Encode the first audio of `source` to the MP4 `target` as this track."""
    return audio(of_track(track), source, target)


def of_track(track: AudioTrack, fill_until: Fraction | None = None) -> Audio:
    """What a track of a plan is encoded to."""
    return Audio(codec=track.codec, kbps=track.kbps, channels=track.channels, language=track.language, fill_until=fill_until)


def audio(wanted: Audio, source: str, target: str) -> list[str]:
    """Encode the first audio of `source` to the MP4 `target`, 48 kHz.

    Sound that begins later than the picture gets silence before it, for packagers pay no heed to an edit list that delays it.
    """
    return [
        *QUIET, "-i", source, "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1",
        "-af", "aresample=async=1:first_pts=0" + (f",apad,atrim=end={_decimal(wanted.fill_until)}" if wanted.fill_until else ""),
        "-c:a", wanted.codec, "-b:a", f"{wanted.kbps}k", "-ac", str(wanted.channels), "-ar", "48000",
        "-metadata:s:a:0", f"language={wanted.language}", "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def trick_play_arguments(plan: Plan, source: str, target: str) -> list[str]:
    """Encode the trick-play stream: a picture each interval, every one a key frame. ValueError if the ladder has none."""
    trick = plan.ladder.trick_play
    if trick is None:
        raise ValueError("trick_play is None, there is no such stream to encode; give the ladder a TrickPlay")
    width, height = plan.trick_size
    picture = f"{_sampled(trick.interval, plan.source.fill_until)},{_scaled(width, height, plan.source.dynamic_range)}"
    return [
        *QUIET, "-i", source, "-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1",
        "-vf", picture, "-pix_fmt", "yuv420p",
        "-c:v", "libx264", "-preset", PRESETS["avc"], "-profile:v", "main", "-level:v", plan.trick_level,
        "-g", "1", "-a53cc", "0",
        "-crf", str(CRF["avc"][6]), "-maxrate", f"{trick.max_kbps}k", "-bufsize", f"{2 * trick.max_kbps}k",
        "-movflags", "+faststart", "-f", "mp4", target,
    ]  # fmt: skip


def key_frames(source: str, target: str) -> list[str]:
    """Copy the key frames alone of an encoded picture, each shown until the next one's time."""
    return [*QUIET, "-i", source, "-map", "0:V:0", "-c", "copy", "-bsf:v", "noise=drop=not(key)", "-f", "mp4", target]


def thumbnail_arguments(plan: Plan, source: str, target_pattern: str) -> list[str]:
    """Write the plan's sheets of thumbnails to `target_pattern`. ValueError if the ladder has none."""
    grid = plan.ladder.thumbnails
    if grid is None:
        raise ValueError("thumbnails is None, there is nothing to draw; give the ladder Thumbnails")
    width, height = plan.thumbnail_size
    wanted = Stills(
        interval=grid.interval,
        width=width,
        height=height,
        columns=grid.columns,
        rows=grid.rows,
        source_range=plan.source.dynamic_range,
        fill_until=plan.source.fill_until,
    )
    return stills(wanted, source, target_pattern)


def stills(wanted: Stills, source: str, target_pattern: str) -> list[str]:
    """Write sheets of thumbnails to `target_pattern` (`sheet-%05d.jpg`, from 0)."""
    picture = f"{_sampled(wanted.interval, wanted.fill_until)},{_scaled(wanted.width, wanted.height, wanted.source_range)}"
    return [
        *QUIET, "-i", source, "-map", "0:V:0", "-an", "-sn", "-dn",
        "-vf", f"{picture},format=yuvj420p,tile={wanted.columns}x{wanted.rows}",
        "-q:v", "5", "-start_number", "0", "-f", "image2", target_pattern,
    ]  # fmt: skip


def _sampled(interval: int, fill_until: Fraction | None) -> str:
    """Picture k shows second k x interval; rounding to the nearest would show a later one, and nothing of a short title."""
    return f"fps=1/{interval}:round=up{_filled(fill_until)}"


def _filled(until: Fraction | None) -> str:
    return f",{_BLACK},trim=end={_decimal(until)}" if until else ""


def _scaled_video(wanted: Video) -> str:
    return _scaled(wanted.width, wanted.height, wanted.source_range)


def _scaled(width: int, height: int, source_range: DynamicRange) -> str:
    """In the range of samples that screens expect of video, and in SDR.

    Square pixels come last: `scale` makes them oblong where a side was rounded, and players and manifests then show another size.
    """
    return f"scale={width}:{height}:flags=lanczos:out_range=limited,{to_sdr(source_range)}setsar=1"


def _rate(fps: Fraction) -> str:
    return f"{fps.numerator}/{fps.denominator}"


def _decimal(seconds: Fraction) -> str:
    return f"{float(seconds):.9f}"


def _x264(wanted: Video) -> list[str]:
    return [
        "-c:v", "libx264", "-preset", PRESETS["avc"], "-profile:v", wanted.profile, "-level:v", wanted.level,
        "-keyint_min", str(wanted.gop), "-sc_threshold", "0",
    ]  # fmt: skip


def _x265(wanted: Video) -> list[str]:
    # hash=1: an MD5 of each picture. Encrypted, HEVC's decoders else often take ciphertext for strange pictures, and nothing shows it.
    fixed = f"keyint={wanted.gop}:min-keyint={wanted.gop}:scenecut=0:open-gop=0:level-idc={wanted.level}:high-tier=0:hash=1:log-level=error"
    return ["-c:v", "libx265", "-preset", PRESETS["hevc"], "-profile:v", wanted.profile, "-tag:v", "hvc1", "-x265-params", fixed]


def _svt_av1(wanted: Video) -> list[str]:
    # irefresh-type 2: closed groups. scd=0: no key frame at a scene change, which would end a group in one rung alone.
    # The level is an integer here: 4.1 is 41, and "4.1" would silently mean automatic.
    fixed = f"irefresh-type=2:scd=0:level={wanted.level.replace('.', '')}"
    return ["-c:v", "libsvtav1", "-preset", PRESETS["av1"], "-svtav1-params", fixed]


_ENCODERS: Final = {"avc": _x264, "hevc": _x265, "av1": _svt_av1}
