"""Finding Terraform and the AWS provider on this machine, by looking.

A provider lies in a tree `HOSTNAME/hashicorp/aws/VERSION/OS_ARCH/terraform-provider-aws…`, wherever the machine's owner put that tree:
in one of Terraform's own plugin folders, in a plugin cache, or in a mirror named by nobody. Where there is none, Terraform downloads it.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from marquee.errors import MarqueeError

PINNED: Final = "5.100.0"
"""The release that is downloaded where none lies on the machine; the one that `docs/conformance.md` speaks of."""
_PROVIDER: Final = re.compile(r"/hashicorp/aws/(\d+\.\d+\.\d+)/\w+_\w+$")
_LOOK_SECONDS: Final = 10.0
_DEPTH: Final = 9
_UNLIKELY: Final = frozenset(
    {"proc", "sys", "dev", "run", "boot", "node_modules", "site-packages", "dist-packages", "__pycache__", ".git", ".venv", "doc", "man"}
)

INSTALL: Final = (
    "install Terraform 1.5 or newer (https://developer.hashicorp.com/terraform/install); the AWS provider is then taken from a mirror on"
    " this machine, or downloaded once"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A release of the AWS provider on this machine."""

    version: str
    folder: Path
    """Holds the executable."""


def find_terraform() -> str:
    """Path of the `terraform` executable; MarqueeError that says how to install it if there is none."""
    found = shutil.which("terraform")
    if found is None:
        raise MarqueeError("`terraform` is not on the PATH, so the AWS provider cannot judge the resources", fix=INSTALL)
    return found


def find_provider(cache: Path, root: Path = Path("/")) -> Provider:
    """The newest release of the 5.x and 6.x series that lies on this machine, else `PINNED`, downloaded into `cache`.

    Where it was found is remembered in `cache`, so that the machine, from `root` on, is searched once. Raises MarqueeError if there is none
    and it cannot be downloaded.
    """
    memory = cache / "provider"
    remembered = _provider_at(Path(memory.read_text())) if memory.is_file() else None
    if remembered is not None:
        return remembered
    found = _newest(_usual_places()) or _newest(_everywhere(root)) or _download(cache)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(str(found.folder))
    return found


def _newest(folders: Iterable[Path]) -> Provider | None:
    found = [provider for folder in folders if (provider := _provider_at(folder))]
    return max(found, key=lambda provider: tuple(map(int, provider.version.split("."))), default=None)


def _provider_at(folder: Path) -> Provider | None:
    match = _PROVIDER.search(folder.as_posix())
    if match is None or not any(folder.glob("terraform-provider-aws*")):
        return None
    return Provider(version=match[1], folder=folder)


def _usual_places() -> Iterator[Path]:
    """Where Terraform itself looks: its plugin folders, its plugin cache, and the mirrors of its settings file."""
    home = Path.home()
    data = os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":")
    roots = [
        home / ".terraform.d/plugins",
        home / ".local/share/terraform/plugins",
        *(Path(folder) / "terraform/plugins" for folder in data),
    ]
    settings = Path(os.environ.get("TF_CLI_CONFIG_FILE") or home / ".terraformrc")
    if settings.is_file():
        roots += [Path(path) for path in re.findall(r'(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"', settings.read_text())]
    if "TF_PLUGIN_CACHE_DIR" in os.environ:
        roots.append(Path(os.environ["TF_PLUGIN_CACHE_DIR"]))
    for root in roots:
        yield from root.glob("*/hashicorp/aws/*/*")


def _everywhere(root: Path) -> Iterator[Path]:
    """Breadth first, for a few seconds: a mirror is never buried deep."""
    deadline = time.monotonic() + _LOOK_SECONDS
    level = [root]
    for _depth in range(_DEPTH):
        below: list[Path] = []
        for folder in level:
            if time.monotonic() > deadline:
                return
            if folder.name == "aws" and folder.parent.name == "hashicorp":
                yield from folder.glob("*/*")
            else:
                below += _subfolders(folder)
        level = below


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return [Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False) and entry.name not in _UNLIKELY]
    except OSError:
        return []


def _download(cache: Path) -> Provider:
    folder = cache / "download"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf.json").write_text(
        f'{{"terraform": {{"required_providers": {{"aws": {{"source": "hashicorp/aws", "version": "{PINNED}"}}}}}}}}'
    )
    done = subprocess.run(
        [find_terraform(), "init", "-input=false", "-no-color", "-backend=false"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    found = _newest(folder.glob(".terraform/providers/*/hashicorp/aws/*/*"))
    if done.returncode != 0 or found is None:
        words = next((line for line in done.stderr.splitlines() if "Error" in line), "no reason given")
        raise MarqueeError(f"no AWS provider lies on this machine and Terraform could not download it: {words}", fix=INSTALL)
    return found
