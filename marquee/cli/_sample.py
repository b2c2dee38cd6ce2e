"""A short real video, made on this machine once."""

import subprocess
import tempfile
from pathlib import Path

from marquee.errors import MarqueeError

SECONDS = 8
"""Two segments of the default length, so that what is said of every segment is said of more than the first."""
NAME = "marquee-sample.mp4"

_PICTURE = f"testsrc2=size=640x360:rate=25:duration={SECONDS}"
_SOUND = f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"
# One thread and no dates: the same ffmpeg makes the same bytes.
_SAME_BYTES = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", "-threads", "1")
_VIDEO = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "50", "-crf", "23")
_AUDIO = ("-c:a", "aac", "-b:a", "96k", "-ac", "2")


def sample(cache: Path) -> Path:
    """Path of an MP4 below the folder `cache`: 8 s of AVC 640x360 at 25 frames a second, with AAC stereo. About 1 s to make, once.

    So small a picture has three rungs of the ladder, of which a laptop makes eight seconds in about as many.
    """
    cache = cache / f"sample-{SECONDS}s"
    path = cache / NAME
    if path.is_file():
        return path
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        made = Path(folder) / NAME
        _ffmpeg(
            *("-f", "lavfi", "-i", _PICTURE, "-f", "lavfi", "-i", _SOUND, *_VIDEO, *_AUDIO, *_SAME_BYTES, "-movflags", "+faststart"), made
        )
        made.replace(path)  # whole or not at all
    return path


def _ffmpeg(*arguments: str | Path) -> None:
    try:
        import imageio_ffmpeg  # pyright: ignore[reportMissingTypeStubs]  # noqa: PLC0415 an extra, and only this needs it
    except ImportError as error:
        raise MarqueeError("there is no ffmpeg to make a video with", fix="pip install 'marquee[media]'") from error
    program: str = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MarqueeError(f"ffmpeg made no video: {done.stderr.strip()[-500:]}")
