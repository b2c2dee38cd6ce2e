"""Which modules a program sees: its own project's first, and never another project's of the same name."""

import importlib
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

_OURS = __name__.partition(".")[0]


@contextmanager
def running_in(directory: Path) -> Generator[None]:
    """Work in `directory`, with it first on `sys.path`, as Pulumi's language host does.

    Another project's modules of the same names (`components`, …) are set aside meanwhile and come back afterwards. A project that
    was importable before keeps the modules that it imported; those of any other folder are dropped at the end, so that the next
    run sees the files as they are then. The package this engine belongs to stays as it is: errors must keep their identity.
    """
    resident = str(directory) in _search_path()
    before = Path.cwd()
    aside = _take_out(name for name in _names_in(directory) if _comes_from_elsewhere(name, directory))
    importlib.invalidate_caches()
    sys.path.insert(0, str(directory))
    os.chdir(directory)
    try:
        yield
    finally:
        os.chdir(before)
        sys.path.remove(str(directory))
        if not resident:
            _take_out(name for name in _names_in(directory) if _is_from(name, directory))
        sys.modules.update(aside)


def _search_path() -> set[str]:
    return {str(Path(entry or ".").resolve()) for entry in sys.path}


def _names_in(directory: Path) -> set[str]:
    """Top-level modules that could be imported from `directory`."""
    names = {entry.stem for entry in directory.iterdir() if entry.suffix == ".py" or entry.is_dir()}
    return {name for name in names if name.isidentifier()} - {_OURS, "__main__"} - sys.stdlib_module_names


def _places(name: str) -> list[Path]:
    """Where the module came from: its file, or its folders; nothing for an installed, a built-in or an absent one."""
    module: Any = sys.modules.get(name)
    found = [getattr(module, "__file__", None), *getattr(module, "__path__", [])]
    paths = [Path(place).resolve() for place in found if place]
    return [] if any("site-packages" in path.parts for path in paths) else paths


def _is_from(name: str, directory: Path) -> bool:
    return any(path.is_relative_to(directory) for path in _places(name))


def _comes_from_elsewhere(name: str, directory: Path) -> bool:
    return bool(_places(name)) and not _is_from(name, directory)


def _take_out(names: Any) -> dict[str, ModuleType]:
    """Remove these modules and all below them from `sys.modules`; return them."""
    roots = set(names)
    found = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in roots}
    for name in found:
        del sys.modules[name]
    return found
