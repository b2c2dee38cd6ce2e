"""What a channel's encoder settings ask of ffmpeg, less what this machine could not encode in real time."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, cast

BUDGET: Final = 15_000_000
"""Pixels a second that one channel may encode here, about a third of a core: the two lowest rungs of the default ladder at 25 frames."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One rendition."""

    name: str
    width: int
    height: int
    kbps: int
    fps: Fraction
    gop: int
    """Frames from one key frame to the next."""


@dataclass(frozen=True, kw_only=True)
class LiveWork:
    """What is encoded."""

    pictures: tuple[Picture, ...]
    """Smallest first."""
    asked: int
    """Renditions that the settings ask for."""
    audio_kbps: int
    segment_seconds: int


def read(settings: Mapping[str, Any]) -> LiveWork:
    """The work behind a MediaLive `EncoderSettings` with an HLS group and AVC. ValueError for anything else.

    Pictures are dropped from the largest downwards until the rest fits `BUDGET`; the smallest always stays.
    """
    groups = [group["OutputGroupSettings"].get("HlsGroupSettings") for group in settings.get("OutputGroups", [])]
    if len(groups) != 1 or groups[0] is None:
        raise ValueError("the emulator encodes channels with exactly one output group, of kind HLS")
    pictures = sorted((_picture(one) for one in settings.get("VideoDescriptions", [])), key=lambda one: one.width * one.height)
    if not pictures:
        raise ValueError("the channel has no picture")
    kept, spent = pictures[:1], _cost(pictures[0])
    for picture in pictures[1:]:
        spent += _cost(picture)
        if spent <= BUDGET:
            kept.append(picture)
    audio = [_aac(one) for one in settings.get("AudioDescriptions", [])]
    return LiveWork(
        pictures=tuple(kept),
        asked=len(pictures),
        audio_kbps=max(audio, default=64),
        segment_seconds=int(cast("Mapping[str, Any]", groups[0]).get("SegmentLength") or 6),
    )


def _cost(picture: Picture) -> float:
    return picture.width * picture.height * float(picture.fps)


def _picture(description: Mapping[str, Any]) -> Picture:
    block: Mapping[str, Any] | None = description.get("CodecSettings", {}).get("H264Settings")
    if block is None:
        raise ValueError(f"{description.get('Name')}: the emulator encodes live pictures in AVC alone")
    fps = Fraction(int(block["FramerateNumerator"]), int(block["FramerateDenominator"]))
    gop = block["GopSize"] if block.get("GopSizeUnits", "FRAMES") == "FRAMES" else Fraction(str(block["GopSize"])) * fps
    return Picture(
        name=str(description["Name"]),
        width=int(description["Width"]),
        height=int(description["Height"]),
        kbps=int(block.get("MaxBitrate") or block.get("Bitrate") or 300_000) // 1000,
        fps=fps,
        gop=round(gop),
    )


def _aac(description: Mapping[str, Any]) -> int:
    return int(description.get("CodecSettings", {}).get("AacSettings", {}).get("Bitrate") or 64_000) // 1000
