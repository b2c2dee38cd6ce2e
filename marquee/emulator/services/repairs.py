"""All changes to the emulators, installed in one place. Each stands in a module of its own, with its reason and a test."""

from pathlib import Path

from marquee.emulator.recorder import Recorder
from marquee.emulator.services import functions, state_machines, strict_policies
from marquee.emulator.services.enforcement import Enforcement


def install(recorder: Recorder, folder: Path) -> None:
    """Install every change. Once, after MiniStack's import and before its first request. `folder` lasts as long as the process."""
    strict_policies.install()
    enforcement = Enforcement(recorder)
    enforcement.install()
    functions.install(folder)
    state_machines.install(enforcement)
