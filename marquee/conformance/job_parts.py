"""The parts of a MediaConvert `JobSettings` that rules look at."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final, cast

Settings = dict[str, Any]

VIDEO_BLOCKS: Final = {"H_264": "H264Settings", "H_265": "H265Settings", "AV1": "Av1Settings", "FRAME_CAPTURE": "FrameCaptureSettings"}
_STREAMING: Final = ("CmafGroupSettings", "HlsGroupSettings")


def streaming(group: Settings) -> Settings | None:
    """The settings of a group that writes playlists; None for one of plain files."""
    wanted = get(group, "OutputGroupSettings")
    return next((wanted[name] for name in _STREAMING if name in wanted), None)


def packaged(output: Settings) -> Settings:
    """What playlists say of an output: a part of the container's settings for CMAF, and beside them for HLS."""
    return get(get(output, "ContainerSettings"), "CmfcSettings") or get(get(output, "OutputSettings"), "HlsSettings")


def groups(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Path and settings of each output group."""
    for index, group in enumerate(listed(settings, "OutputGroups")):
        yield f"OutputGroups[{index}]", group


def outputs(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Path and settings of each output."""
    for path, group in groups(settings):
        for index, output in enumerate(listed(group, "Outputs")):
            yield f"{path}.Outputs[{index}]", output


def video_blocks(settings: Settings) -> Iterator[tuple[str, Settings]]:
    """Path and settings of each encode of moving pictures."""
    for path, output in outputs(settings):
        codec = get(get(output, "VideoDescription"), "CodecSettings")
        for name in VIDEO_BLOCKS.values():
            if name in codec and name != "FrameCaptureSettings":
                yield f"{path}.VideoDescription.CodecSettings.{name}", codec[name]


def gop_duration(block: Settings) -> Fraction | None:
    """Seconds of a group of pictures; None if it is not fixed. AV1 counts in frames always."""
    size, unit = block.get("GopSize"), block.get("GopSizeUnits", "FRAMES")
    if not size or unit == "AUTO":
        return None
    if unit == "SECONDS":
        return Fraction(size)
    rate = (block.get("FramerateNumerator"), block.get("FramerateDenominator"))
    return Fraction(size) * Fraction(rate[1]) / Fraction(rate[0]) if rate[0] and rate[1] else None


def get(parent: Settings, name: str) -> Settings:
    """A structure inside; an empty one if it is not given."""
    return cast("Settings", parent.get(name) or {})


def listed(parent: Settings, name: str) -> list[Any]:
    """A list inside; an empty one if it is not given."""
    return cast("list[Any]", parent.get(name) or [])
