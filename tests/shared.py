"""What is dear to make and equal in every worker of a test session: made by the first that needs it, read from a file by the others."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_folder: list[Path] = []


def keep_in(folder: Path) -> None:
    """Share what is made from now on through `folder`, which belongs to this session alone."""
    _folder[:] = [folder]


def shared(name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once a session. Outside of a session it is just made. `name` must be fit for a file's."""
    if not _folder:
        return make()
    folder = _folder[0]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = folder / f"{name}.pickle"
        if kept.exists():
            return pickle.loads(kept.read_bytes())  # noqa: S301 our own file, of this session
        made = make()
        draft = folder / f"{name}.draft"
        draft.write_bytes(pickle.dumps(made))
        draft.replace(kept)
        return made
