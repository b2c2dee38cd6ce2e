"""The emulated AWS: one loopback port in front of two emulators."""

from marquee.emulator.process import Emulator

__all__ = ["Emulator"]
