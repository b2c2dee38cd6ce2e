"""Encryption schemes, DRM systems, what works with what, and which key a stream is under."""

from dataclasses import dataclass
from typing import Final, Literal

from marquee.domain.ladder.codecs import VideoCodec

Scheme = Literal["cenc", "cbcs"]
System = Literal["widevine", "playready", "fairplay"]
KeyLabel = Literal["AUDIO", "SD", "HD", "UHD"]

SYSTEM_IDS: Final[dict[System, str]] = {
    "widevine": "edef8ba9-79d6-4ace-a3c8-27dcd51d21ed",
    "playready": "9a04f079-9840-4286-ab92-e65be0885f95",
    "fairplay": "94ce86fb-07ff-4f43-adb8-93d2fa968ca2",
}
"""Source: DASH-IF, Content Protection identifiers; the same as in the MediaPackage user guide's table of system ids."""

PROTECTS: Final[dict[System, dict[Scheme, frozenset[VideoCodec]]]] = {
    "widevine": {"cenc": frozenset({"avc", "hevc", "av1"}), "cbcs": frozenset({"avc", "hevc", "av1"})},
    "playready": {"cenc": frozenset({"avc", "hevc", "av1"}), "cbcs": frozenset({"avc", "hevc", "av1"})},
    "fairplay": {"cbcs": frozenset({"avc", "hevc"})},
}
"""System → scheme → codecs.

FairPlay decrypts `cbcs` alone (Apple, HLS Authoring Specification; MediaPackage user guide, "Container and DRM system support with SPEKE":
FairPlay `cbcs`, Widevine and PlayReady both). PlayReady has `cbcs` since 4.0 (PlayReady, Content Encryption Modes): see the devices.
"""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """How renditions are encrypted: one scheme, since HLS and DASH share their segments."""

    scheme: Scheme = "cbcs"
    systems: tuple[System, ...] = ("widevine", "playready", "fairplay")

    def __post_init__(self) -> None:
        if self.scheme not in ("cenc", "cbcs"):
            raise ValueError(
                f"protection: scheme {self.scheme!r} is unknown, no device would decrypt it; use cbcs, or cenc for old televisions"
            )
        if not self.systems or len(set(self.systems)) != len(self.systems):
            raise ValueError("protection: systems is empty or names one twice, so nobody could get a key; name each wanted system once")
        for system in self.systems:
            if system not in PROTECTS:
                raise ValueError(f"protection: system {system!r} is unknown; use {', '.join(PROTECTS)}")
            if self.scheme not in PROTECTS[system]:
                raise ValueError(
                    f"protection: {system} does not decrypt {self.scheme}, its devices would play nothing; "
                    f"use {' or '.join(PROTECTS[system])}, or leave {system} out"
                )


def key_label(width: int, height: int) -> KeyLabel:
    """Which key a picture of this size is under: SD up to 1024x576, HD up to 1920x1080, UHD above; portrait counts as landscape.

    Source: SPEKE v2.0 presets, PRESET-VIDEO-3 (with PRESET-AUDIO-1: one key for all audio).
    """
    long, short = max(width, height), min(width, height)
    if long <= 1024 and short <= 576:
        return "SD"
    return "HD" if long <= 1920 and short <= 1080 else "UHD"
