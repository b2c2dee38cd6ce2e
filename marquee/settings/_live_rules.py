"""What must hold between the fields of live channels."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from marquee.domain.ladder.live import LOW_LATENCY_SECONDS
from marquee.settings._broken import Broken, Rule, repeated
from marquee.settings._platform import Settings


def live_channels(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A channel's name is its title id and its region one of the stack's."""
    names = [region.name for region in s.regions]
    for index in repeated([channel.name for channel in s.live.channels]):
        yield Broken(
            ("live", "channels", index, "name"), "is listed twice", "a name is the title id that viewers are entitled to: choose another"
        )
    for index, channel in enumerate(s.live.channels):
        if channel.region not in names:
            yield Broken(("live", "channels", index, "region"), "is no region of this stack", f"choose from {', '.join(names)}")


def live_inputs(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """An input has exactly what its kind needs: who may send, or where it fetches; two of each, one a pipeline."""
    for index, channel in enumerate(s.live.channels):
        for field, (kinds, needed) in _LIVE_NEEDS.items():
            given: Any = getattr(channel, field)
            count = 0 if given is None else 1 if isinstance(given, str) else len(given)
            place = ("live", "channels", index, field)
            if channel.input in kinds and count < needed:
                yield Broken(
                    place, f"is too short for input {channel.input}, which needs {needed}", "see `marquee config explain live.channels`"
                )
            elif channel.input not in kinds and count and not (field == "srt_passphrase_secret" and channel.input == "srt_caller"):
                yield Broken(place, f"means nothing with input {channel.input}", f"remove it, or use input {' or '.join(kinds)}")


_LIVE_NEEDS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "allowed_cidrs": (("rtmp_push", "srt_listener"), 1),
    "srt_sources": (("srt_caller",), 2),
    "srt_passphrase_secret": (("srt_listener",), 1),
    "flows": (("mediaconnect",), 2),
}
"""Field → the kinds of input that it belongs to, and how many items those need."""


def live_senders_are_named(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Whoever sends first is on air."""
    for index, channel in enumerate(s.live.channels):
        for number, block in enumerate(channel.allowed_cidrs):
            if block.prefixlen < 24:
                why = f"lets {block.num_addresses:,} addresses send, and whoever sends first is on air"
                yield Broken(("live", "channels", index, "allowed_cidrs", number), why, "list the contributors' own addresses, /24 to /32")


def live_arns_are_near(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """Flows and secrets lie in the channel's region and in the stack's account."""
    for index, channel in enumerate(s.live.channels):
        here = [channel.region, s.accounts.workload]
        given = [(("flows", number), arn) for number, arn in enumerate(channel.flows)]
        given += [(("srt_passphrase_secret",), channel.srt_passphrase_secret)] if channel.srt_passphrase_secret else []
        for place, arn in given:
            if arn.split(":")[3:5] != here:
                yield Broken(("live", "channels", index, *place), f"is not in {' of account '.join(here)}", "name one that is")


def low_latency_segments_are_whole_gops(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """As `segments_are_whole_gops`, for the shorter segments of low latency; groups longer than those are cut to their length."""
    gop = Fraction(str(s.media.gop_seconds))
    if gop <= LOW_LATENCY_SECONDS and LOW_LATENCY_SECONDS % gop:
        why = f"needs segments of {LOW_LATENCY_SECONDS} s, which are no whole multiple of media.gop_seconds, {float(gop):g}"
        for index, channel in enumerate(s.live.channels):
            if channel.low_latency:
                yield Broken(("live", "channels", index, "low_latency"), why, "write false, or media.gop_seconds: 2")


LIVE_RULES: tuple[Rule, ...] = (
    live_channels,
    live_inputs,
    live_senders_are_named,
    live_arns_are_near,
    low_latency_segments_are_whole_gops,
)
