"""A function's code is unpacked once and shared by its environments, which on AWS may not write to it either.

MiniStack unpacks it for each environment: hundreds of files, again at each cold start, that are compiled and in the end deleted one by one.
"""

import hashlib
import shutil
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from marquee.emulator.upstream import module

_CODE = "code"
"""MiniStack's name for the folder of an environment that holds the function; layers have others."""


def install(folder: Path) -> None:
    """Share code below `folder`. Once, before the first function starts."""
    shared = folder / "functions"
    shared.mkdir()

    class SharedZipFile(zipfile.ZipFile):
        """Unpacks a function's artefact as a link to where the same bytes were unpacked before."""

        def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
            if path is None or Path(path).name != _CODE or not isinstance(self.filename, str):
                super().extractall(path, members, pwd)
                return
            unpacked = shared / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            if not unpacked.exists():
                whole = Path(tempfile.mkdtemp(dir=shared))
                super().extractall(whole, members, pwd)
                try:
                    whole.rename(unpacked)
                except OSError:  # another environment was faster
                    shutil.rmtree(whole)
            Path(path).rmdir()
            Path(path).symlink_to(unpacked)

    module("ministack.core.lambda_runtime").zipfile = SimpleNamespace(**{**vars(zipfile), "ZipFile": SharedZipFile})
