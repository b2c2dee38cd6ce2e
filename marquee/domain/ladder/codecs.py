"""Video codecs: their levels, and the codec strings that manifests carry."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final, Literal

VideoCodec = Literal["avc", "hevc", "av1"]
Profile = Literal["main", "high", "main10"]

PROFILES: Final[dict[VideoCodec, tuple[Profile, ...]]] = {"avc": ("main", "high"), "hevc": ("main", "main10"), "av1": ("main", "main10")}
"""Codec → the profiles that streaming devices decode. AV1's Main profile holds 8 and 10 bits; `main10` means 10 here."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a decoder of this level takes."""

    number: str
    """As the standards print it: `4.1`."""
    picture: int
    """Most samples of a picture; macroblocks of 16x16 for AVC."""
    rate: int
    """Most of these a second."""
    kbps: int
    """Highest bitrate of the main tier (AVC: of Main profile), kbit/s."""


LEVELS: Final[dict[VideoCodec, tuple[Level, ...]]] = {
    "avc": (
        Level("2.1", 792, 19_800, 4_000),
        Level("3.0", 1_620, 40_500, 10_000),
        Level("3.1", 3_600, 108_000, 14_000),
        Level("3.2", 5_120, 216_000, 20_000),
        Level("4.0", 8_192, 245_760, 20_000),
        Level("4.1", 8_192, 245_760, 50_000),
        Level("4.2", 8_704, 522_240, 50_000),
        Level("5.0", 22_080, 589_824, 135_000),
        Level("5.1", 36_864, 983_040, 240_000),
        Level("5.2", 36_864, 2_073_600, 240_000),
    ),
    "hevc": (
        Level("2.1", 245_760, 7_372_800, 3_000),
        Level("3.0", 552_960, 16_588_800, 6_000),
        Level("3.1", 983_040, 33_177_600, 10_000),
        Level("4.0", 2_228_224, 66_846_720, 12_000),
        Level("4.1", 2_228_224, 133_693_440, 20_000),
        Level("5.0", 8_912_896, 267_386_880, 25_000),
        Level("5.1", 8_912_896, 534_773_760, 40_000),
        Level("5.2", 8_912_896, 1_069_547_520, 60_000),
    ),
    "av1": (
        Level("2.1", 278_784, 8_363_520, 3_000),
        Level("3.0", 665_856, 19_975_680, 6_000),
        Level("3.1", 1_065_024, 31_950_720, 10_000),
        Level("4.0", 2_359_296, 70_778_880, 12_000),
        Level("4.1", 2_359_296, 141_557_760, 20_000),
        Level("5.0", 8_912_896, 267_386_880, 30_000),
        Level("5.1", 8_912_896, 534_773_760, 40_000),
        Level("5.2", 8_912_896, 1_069_547_520, 60_000),
    ),
}
"""Codec → its levels, lowest first. Sources: ITU-T H.264 table A-1, ITU-T H.265 tables A.8 and A.9, AV1 specification annex A.3."""


def lowest_level(codec: VideoCodec, width: int, height: int, fps: Fraction, kbps: int) -> str | None:
    """The lowest level that holds such pictures at this rate and bitrate, or None if there is none."""
    picture = ceil(width / 16) * ceil(height / 16) if codec == "avc" else width * height
    fitting = (level for level in LEVELS[codec] if picture <= level.picture and picture * fps <= level.rate and kbps <= level.kbps)
    return next((level.number for level in fitting), None)


def order(codec: VideoCodec, level: str) -> int:
    """A level's place among the codec's; ValueError for one that it does not have."""
    return [known.number for known in LEVELS[codec]].index(level)


def codec_string(codec: VideoCodec, profile: Profile, level: str) -> str:
    """What `CODECS` says of a stream: `avc1.640028`, `hvc1.1.6.L120.B0`, `av01.0.08M.08`.

    Sources: RFC 6381 3.3 (AVC), ISO/IEC 14496-15 annex E (HEVC), AV1 in ISOBMFF section 5 (AV1).
    """
    major, minor = (int(part) for part in level.split("."))
    if codec == "avc":
        profile_and_flags = "4d40" if profile == "main" else "6400"
        return f"avc1.{profile_and_flags}{major * 10 + minor:02x}"
    if codec == "hevc":
        return f"hvc1.{'2.4' if profile == 'main10' else '1.6'}.L{major * 30 + minor * 3}.B0"
    return f"av01.0.{(major - 2) * 4 + minor:02d}M.{'10' if profile == 'main10' else '08'}"


def agrees(expected: str, found: str) -> bool:
    """Whether two codec strings name the same codec, profile, tier and level.

    Their constraint flags may differ: x265 writes `90` where MediaConvert writes `B0`, and both decode alike.
    """
    return _essence(expected) == _essence(found)


def serves(expected: str, found: str) -> bool:
    """Whether whatever decodes `expected` decodes `found`: they agree, but for a lower level, which some encoders choose by themselves."""
    (kind, level), (found_kind, found_level) = _levelled(expected), _levelled(found)
    return kind == found_kind and found_level <= level


def _levelled(text: str) -> tuple[tuple[str, ...], int]:
    """Codec, profile and tier apart from the level, a number that grows with it; 0 for a codec that has none."""
    parts = _essence(text)
    match parts[0]:
        case "avc1" if len(parts) == 3:
            return parts[:2], int(parts[2], 16)
        case "hvc1" if parts[-1][1:].isdigit():
            return (*parts[:-1], parts[-1][0]), int(parts[-1][1:])
        case "av01" if len(parts) == 4 and parts[2][:2].isdigit():
            return (parts[0], parts[1], parts[2][2:], parts[3]), int(parts[2][:2])
        case _:
            return parts, 0


def _essence(text: str) -> tuple[str, ...]:
    parts = text.strip().split(".")
    if parts[0] in {"avc1", "avc3"} and len(parts) == 2 and len(parts[1]) == 6:
        return "avc1", parts[1][:2].lower(), parts[1][4:].lower()
    if parts[0] in {"hvc1", "hev1"}:
        return ("hvc1", *parts[1:4])
    if parts[0] == "av01":
        return tuple(parts[:4])
    return tuple(parts)
