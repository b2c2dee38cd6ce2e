"""What is done stays done: each piece of an encode leaves a marker, written last, that lists its files with their digests."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from runtime.encode.objects import Objects, digest

MARKER: Final = "done.json"

Maker = Callable[[Path], Mapping[str, int]]
"""Fills a folder, and says how many pictures each file has (0 for what has none or was not made)."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something that is made once."""

    name: str
    """Its folder below the plan's prefix."""
    recipe: Sequence[str]
    """All that decides the result. A marker of another recipe does not count."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the recipe."""
        return hashlib.sha256(json.dumps(list(self.recipe)).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Output:
    """A file of a finished piece."""

    name: str
    bytes: int
    sha256: str
    pictures: int


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """A finished piece."""

    fingerprint: str
    outputs: tuple[Output, ...]
    job: str
    """Id of the Batch job that made it."""
    attempt: int
    """Which attempt of that job, from 1."""
    started: float
    finished: float
    """Seconds since 1970."""

    def pictures(self, name: str) -> int:
        """Of one of its files; 0 if it was not made, since the source had ended."""
        return next((output.pictures for output in self.outputs if output.name == name), 0)


def _read(value: Mapping[str, Any]) -> Checkpoint:
    fields = {**value, "outputs": tuple(Output(**output) for output in value["outputs"])}
    return Checkpoint(**fields)


class Checkpoints:
    """The markers and files of one encode."""

    def __init__(self, objects: Objects, bucket: str, prefix: str):
        self._objects, self._bucket, self._prefix = objects, bucket, prefix

    def find(self, piece: Piece) -> Checkpoint | None:
        """The piece's checkpoint, if it was made by this recipe and every file is there as it was written."""
        value = self._objects.json(self._bucket, self._key(piece, MARKER))
        if value is None or value["fingerprint"] != piece.fingerprint:
            return None
        found = _read(value)
        whole = all(self._objects.holds(self._bucket, self._key(piece, one.name), one.bytes, one.sha256) for one in found.outputs)
        return found if whole else None

    def make(self, piece: Piece, maker: Maker) -> Checkpoint:
        """The piece's checkpoint: the one that exists, or a new one once all that `maker` made is in the bucket."""
        return self.find(piece) or self._make(piece, maker)

    def fetch(self, piece: Piece, checkpoint: Checkpoint, folder: Path) -> list[Path]:
        """The piece's files, each checked."""
        paths = [folder / output.name for output in checkpoint.outputs]
        for output, path in zip(checkpoint.outputs, paths, strict=True):
            self._objects.download(self._bucket, self._key(piece, output.name), path, sha256=output.sha256)
        return paths

    def _make(self, piece: Piece, maker: Maker) -> Checkpoint:
        started = time.time()
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            counted = maker(folder)
            outputs = [self._upload(piece, folder / name, count) for name, count in counted.items() if (folder / name).exists()]
        made = Checkpoint(
            fingerprint=piece.fingerprint,
            outputs=tuple(outputs),
            job=os.environ.get("AWS_BATCH_JOB_ID", ""),
            attempt=int(os.environ.get("AWS_BATCH_JOB_ATTEMPT", "1")),
            started=started,
            finished=time.time(),
        )
        value: dict[str, Any] = asdict(made)
        self._objects.put_json(self._bucket, self._key(piece, MARKER), value)
        return made

    def _upload(self, piece: Piece, path: Path, pictures: int) -> Output:
        output = Output(name=path.name, bytes=path.stat().st_size, sha256=digest(path), pictures=pictures)
        self._objects.upload(path, self._bucket, self._key(piece, path.name), sha256=output.sha256)
        return output

    def _key(self, piece: Piece, name: str) -> str:
        return f"{self._prefix}{piece.name}/{name}"
