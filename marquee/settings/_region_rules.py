"""What a region must offer for what it is asked to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.domain.regions import LACKING
from marquee.settings._broken import Broken, Rule
from marquee.settings._platform import Settings


def encoder_is_offered(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Every region encodes what is uploaded there."""
    without = [region.name for region in s.regions if region.name in LACKING["MediaConvert"]]
    if s.media.encoder == "mediaconvert" and without:
        why = f"cannot be had in {', '.join(without)}: AWS has no MediaConvert there"
        yield Broken(("media", "encoder"), why, "write encoder: batch, or choose another region")


def packaging_is_offered(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Every region packages its own renditions."""
    without = [region.name for region in s.regions if region.name in LACKING["MediaPackage VOD"]]
    if s.media.packaging == "jit" and without:
        why = f"cannot be had in {', '.join(without)}: AWS has no MediaPackage for titles there"
        yield Broken(("media", "packaging"), why, "write packaging: static, or choose another region")


def live_is_offered(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A channel needs MediaLive before its origin, and AWS has MediaPackage wherever it has MediaLive."""
    for index, channel in enumerate(s.live.channels):
        if channel.region in LACKING["MediaLive"]:
            yield Broken(
                ("live", "channels", index, "region"),
                "has no MediaLive, so that the channel could not be made",
                "choose a region that has it",
            )


def live_keys_are_near(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """MediaPackage asks API Gateway in its own region alone. Source: MediaPackage V2 API Reference, SpekeKeyProvider, Url."""
    region = s.drm.key_provider_region
    for index, channel in enumerate(s.live.channels):
        if region is not None and channel.region != region:
            why = f"is not {region}, the region of drm.key_provider, and MediaPackage asks no API Gateway of another region"
            yield Broken(("live", "channels", index, "region"), why, f"write {region}, or leave drm.key_provider out")


REGION_RULES: tuple[Rule, ...] = (encoder_is_offered, packaging_is_offered, live_is_offered, live_keys_are_near)
