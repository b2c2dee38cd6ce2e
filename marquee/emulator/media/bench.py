"""Where a job's work is done."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.pool import Pool, Task, ToolError
from marquee.emulator.media.probe import Probed
from marquee.emulator.media.work import Text

Progress = Callable[[str, float], None]
"""Takes an output's name and how much of it is done, 0 to 100."""


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One job on this machine."""

    pool: Pool
    folder: Path
    """Its own; holds everything, and goes with it."""
    master: Path
    probed: Probed
    captions: Mapping[str, Path]
    """Text output → its WebVTT file, for those that have one."""
    progress: Progress
    cancelled: threading.Event

    @property
    def encoded(self) -> Path:
        """Where encoded streams lie."""
        return self.folder / "encoded"

    @property
    def package(self) -> Path:
        """Where the outputs lie, flat."""
        return self.folder / "package"

    @property
    def captures(self) -> Path:
        """Where captured frames lie."""
        return self.folder / "captures"

    def source(self, name: str) -> Path:
        """The encoded stream of an output."""
        return self.encoded / f"{name}.mp4"

    def text(self, output: Text) -> Path:
        """The WebVTT of a text output: its file, or what was decoded out of the picture."""
        return self.encoded / f"{output.name}.vtt" if isinstance(output.source, int) else self.captions[output.name]

    def run(self, command: list[str]) -> None:
        """Run a tool that works on what is encoded. JobError if it fails, CancelledError if the job is called off."""
        try:
            self.pool.run(Task(command=command, folder=self.folder, cancelled=self.cancelled))
        except ToolError as error:
            raise JobError(Code.UNKNOWN, f"the packager failed: {error}") from error
