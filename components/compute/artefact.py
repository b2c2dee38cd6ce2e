"""The zip that a function runs from: its code in `runtime/`, the domain rules, and pure or self-contained packages."""

import hashlib
import importlib.metadata
import os
import re
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(".build") / "lambda"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest date that a zip can hold: the same files give the same bytes on every day
_LEFT_OUT = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}  # they differ between installers, and nothing reads them


def build(area: str, packages: Sequence[str], *, compiled: bool = False) -> str:
    """Path, below the project's folder, of a zip with `runtime/<area>`, `marquee/domain` and the named installed distributions.

    Unless `compiled`, no package may hold code for one version of Python (an extension module), since Lambda's may be another
    than the deployer's: ValueError. So is a folder of `runtime/` that does not exist, and a package that is not installed is a
    PackageNotFoundError. The zip is the same to the byte wherever and whenever it is made from the same files, as long as Python
    compresses with zlib itself (some systems have zlib-ng in its place); a compiled one on the same version of Python and kind of machine.
    """
    files = dict(sorted({**_sources(area), **_packages(packages, compiled)}.items()))
    target = ROOT / OUT / f"{area}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    stamp, key = target.with_suffix(".sha256"), _key(files)
    if not (target.exists() and stamp.exists() and stamp.read_text() == key):
        _write(target, files)
        stamp.write_text(key)
    return (OUT / f"{area}.zip").as_posix()


def oldest_libc(package: str) -> tuple[int, int] | None:
    """Version of glibc that an installed wheel needs at least; None if it holds no compiled code, or says nothing."""
    text = importlib.metadata.distribution(package).read_text("WHEEL") or ""
    return min(((int(major), int(minor)) for major, minor in re.findall(r"-manylinux_(\d+)_(\d+)_", text)), default=None)


def _sources(area: str) -> dict[str, Path]:
    folders = [ROOT / "runtime" / area, ROOT / "marquee" / "domain"]
    if not folders[0].is_dir():
        raise ValueError(f"runtime/{area} does not exist: a handler is `runtime.<area>.<module>.<function>`")
    single = [ROOT / "runtime" / "__init__.py", ROOT / "marquee" / "__init__.py"]
    found = [path for folder in folders for path in folder.rglob("*.py")] + single
    return {path.relative_to(ROOT).as_posix(): path for path in found}


def _packages(names: Sequence[str], compiled: bool) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for name in names:
        files = importlib.metadata.files(name)
        if not files:
            raise ValueError(f"{name} is installed without a list of its files, so it cannot be shipped; install it with pip or uv")
        for entry in files:
            if "__pycache__" in entry.parts or ".." in entry.parts or entry.name in _LEFT_OUT:
                continue
            if entry.name.endswith(".so") and "cpython-" in entry.name and not compiled:
                raise ValueError(f"{name} holds {entry.name}, which one version of Python alone can load; Lambda's may differ")
            found[entry.as_posix()] = Path(str(entry.locate()))
    return found


def _key(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, path in files.items():
        digest.update(f"{name}\0{path.stat().st_size}\0".encode())
        # Packages come from hashed requirements and are large; our own sources are neither.
        digest.update(
            path.read_bytes() if path.is_relative_to(ROOT) and ".venv" not in path.parts else str(path.stat().st_mtime_ns).encode()
        )
    return digest.hexdigest()


def _write(target: Path, files: dict[str, Path]) -> None:
    """Writes beside the target and renames, so that two programs at once never see half a zip."""
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, path in files.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    Path(temporary).replace(target)
