"""ffmpeg's command lines: the channel's encoder, and a contributor that sends it a test picture or a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from marquee.emulator.live.work import LiveWork

PART_SECONDS: Final = 0.2
"""Length of the fragments that a segment is served in while it grows."""
WINDOW_SECONDS: Final = 60
"""What the manifests list."""
KEPT_SECONDS: Final = 1800
"""What stays on disk behind that, to be harvested."""
CLOCK_BITS: Final = 20
CLOCK_HERTZ: Final = 20
"""The test picture's clock: in its top 16 lines, `CLOCK_BITS` white or black boxes across the width say, the lowest bit on the left, the
time of day as the count of 1/20 seconds since 1970 modulo 2**20. A reader of the picture so knows how old it is."""
_CLOCK_WIDTH: Final = 640


def encoder(ffmpeg: str, work: LiveWork, contribution: str, *, run: int) -> list[str]:
    """From a contribution to `index.mpd` and `index.m3u8` in the working folder: CMAF, low-latency DASH, ordinary live HLS.

    `run` tells the segments of one start from those of the one before.
    """
    count, seconds = len(work.pictures), work.segment_seconds
    split = f"[0:v]split={count}{''.join(f'[s{i}]' for i in range(count))}"
    scaled = [f"[s{i}]fps={one.fps},scale={one.width}:{one.height},setsar=1[v{i}]" for i, one in enumerate(work.pictures)]
    rates = [
        option
        for i, one in enumerate(work.pictures)
        for option in (
            f"-b:v:{i}",
            f"{one.kbps}k",
            f"-maxrate:v:{i}",
            f"{one.kbps}k",
            f"-bufsize:v:{i}",
            f"{one.kbps}k",
            f"-g:v:{i}",
            str(one.gop),
        )
    ]
    # fmt: off
    return [
        ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "warning",
        "-fflags", "nobuffer", "-flags", "low_delay", "-probesize", "65536", "-analyzeduration", "500000", *listening(contribution),
        "-filter_complex", ";".join([split, *scaled]), *(option for i in range(count) for option in ("-map", f"[v{i}]")), "-map", "0:a:0",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", "-sc_threshold", "0", *rates,
        "-c:a", "aac", "-b:a", f"{work.audio_kbps}k", "-ar", "48000", "-ac", "2",
        "-f", "dash", "-ldash", "1", "-streaming", "1", "-use_template", "1", "-use_timeline", "0",
        "-seg_duration", str(seconds), "-frag_type", "duration", "-frag_duration", str(PART_SECONDS),
        "-init_seg_name", f"init-{run}-$RepresentationID$.mp4", "-media_seg_name", f"segment-{run}-$RepresentationID$-$Number%05d$.m4s",
        "-utc_timing_url", "time", "-write_prft", "1", "-target_latency", str(seconds / 2),
        "-window_size", str(WINDOW_SECONDS // seconds), "-extra_window_size", str(KEPT_SECONDS // seconds),
        "-hls_playlist", "1", "-hls_master_name", "index.m3u8", "-adaptation_sets", "id=0,streams=v id=1,streams=a", "index.mpd",
    ]
    # fmt: on


def listening(contribution: str) -> list[str]:
    """Input options that wait for a sender."""
    if contribution.startswith("rtmp:"):
        return ["-listen", "1", "-f", "live_flv", "-i", contribution]
    return ["-f", "mpegts", "-i", f"{contribution}{'&' if '?' in contribution else '?'}mode=listener&latency=120000"]


def contributor(ffmpeg: str, source: Path | None, contribution: str) -> list[str]:
    """Sends a file over and over, or a test picture with a clock, in real time."""
    given = _test_picture() if source is None else ["-re", "-stream_loop", "-1", "-i", str(source), "-map", "0:v:0", "-map", "0:a:0?"]
    container = "flv" if contribution.startswith("rtmp:") else "mpegts"
    # fmt: off
    return [
        ffmpeg, "-hide_banner", "-nostdin", "-loglevel", "warning", *given,
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "25", "-b:v", "1500k", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-b:a", "96k", "-ar", "48000", "-ac", "2", "-f", container, contribution,
    ]
    # fmt: on


def _test_picture() -> Sequence[str]:
    box = _CLOCK_WIDTH // CLOCK_BITS
    bits = [
        f"drawbox=x={box * bit}:w={box}:h=16:t=fill:color={colour}"
        for bit in range(CLOCK_BITS)
        for colour in ("black", f"white:enable='mod(floor(t*{CLOCK_HERTZ}/{2**bit}),2)'")
    ]
    picture = ",".join(["realtime", "settb=1/1000", "setpts='time(0)*1000'", *bits, "setpts='N*40'", "format=yuv420p"])
    # fmt: off
    return [
        "-f", "lavfi", "-i", f"testsrc2=size={_CLOCK_WIDTH}x360:rate=25",
        "-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        "-filter_complex", f"[0:v]{picture}[v]", "-map", "[v]", "-map", "1:a",
    ]
    # fmt: on
