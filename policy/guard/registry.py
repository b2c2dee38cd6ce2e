"""Finds the controls: one control, one file, under `controls/<family>/<name>.py`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Final

from guard.control import Control

_ID: Final = re.compile(r"[A-Z]\d+(\.\d+)?")
_FOLDER: Final = Path(__file__).parent.parent / "controls"


@cache
def controls() -> tuple[Control, ...]:
    """All controls, in the order of their ids. Raises `ImportError` for a file that breaks the convention."""
    found = [_load(path) for path in sorted(_FOLDER.glob("*/*.py")) if not path.stem.startswith("_")]
    by_id: dict[str, Control] = {}
    for control in found:
        if control.id in by_id:
            raise ImportError(f"two controls are called {control.id}: {by_id[control.id].title!r} and {control.title!r}")
        by_id[control.id] = control
    return tuple(sorted(found, key=lambda control: order(control.id)))


def order(control_id: str) -> tuple[str, float]:
    """Sort key of an id: E2 before E10, E1 before E1.2."""
    row, _, part = control_id[1:].partition(".")
    return control_id[0], int(row) + int(part or 0) / 1000


def _load(path: Path) -> Control:
    module = import_module(f"controls.{path.parent.name}.{path.stem}")
    own = [value for value in vars(module).values() if isinstance(value, Control)]
    if len(own) != 1:
        raise ImportError(f"controls/{path.parent.name}/{path.name} holds {len(own)} controls; it must hold one")
    control = own[0]
    if not _ID.fullmatch(control.id):
        raise ImportError(f"controls/{path.parent.name}/{path.name}: {control.id!r} is no control id such as E1 or E1.2")
    if not control.types:
        raise ImportError(f"controls/{path.parent.name}/{path.name}: {control.id} names no resource type")
    return replace(control, family=path.parent.name)
