"""ffmpeg for commands, out of the wheel of the extra `media`."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from marquee.emulator.media import tools
from marquee.errors import MarqueeError

_STRICT = ("-err_detect", "crccheck+explode")
_SHOWN = 500  # characters of a failed tool's last words


def ffmpeg(arguments: Sequence[str | Path], folder: Path, *, secrets: Sequence[str] = ()) -> None:
    """Run ffmpeg in `folder`. MarqueeError if it is not installed, or fails; `secrets` are left out of what it says."""
    command = [tools.ffmpeg(), "-v", "error", "-nostdin", "-y", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        words = done.stderr.strip()[-_SHOWN:]
        for secret in secrets:
            words = words.replace(secret, "…")
        raise MarqueeError(f"ffmpeg ended with {done.returncode}: {words}")


def plays(path: Path, key: str | None = None) -> bool:
    """Whether ffmpeg decodes the whole file without an error. Without `-xerror` it ends with 0 on what it cannot decrypt.

    `crccheck+explode`: HEVC's decoder hides what is damaged, and compares a picture with the hash beside it only if it is told to.
    """
    keyed = ["-decryption_key", key] if key else []
    command = [tools.ffmpeg(), "-v", "error", "-nostdin", "-xerror", *_STRICT, *keyed, "-i", str(path), "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
