"""The ladder's own rules: each breakage is named, and the default serves everybody. Nothing here encodes."""

import ast
import sys
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from marquee.domain.ladder import default
from marquee.domain.ladder.codecs import LEVELS, VideoCodec, agrees, codec_string, lowest_level, serves
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.devices import ANDROID, APPLE, BROWSER, CELLULAR, FIBRE, HOME, OLD_TELEVISION, TELEVISION, Network
from marquee.domain.ladder.drm import Protection, key_label
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack, Thumbnails, TrickPlay

LADDER = default_ladder()
RUNG = default.AVC[-1]


BROKEN_PARTS: dict[str, tuple[Callable[[], Any], str]] = {
    "odd side": (lambda: replace(RUNG, width=1919), "make both even"),
    "portrait box": (lambda: replace(RUNG, width=1080, height=1920), "landscape"),
    "tiny box": (lambda: replace(RUNG, width=96, height=54), "choose a size between"),
    "huge box": (lambda: replace(RUNG, width=8192, height=4320), "choose a size between"),
    "unknown codec": (lambda: replace(RUNG, codec="vp9"), "use avc, hevc, av1"),
    "foreign profile": (lambda: replace(RUNG, codec="hevc", profile="high", level="4.1"), "use main or main10"),
    "quality": (lambda: replace(RUNG, quality=11), "use 1 to 10"),
    "bits for kilobits": (lambda: replace(RUNG, max_kbps=7_000_000), "not bit/s"),
    "low cap": (lambda: replace(RUNG, max_fps=25), "use 30 or more"),
    "unknown level": (lambda: replace(RUNG, level="4.3"), "use one of"),
    "low level": (lambda: replace(RUNG, level="4.1"), "use 4.2 or more"),
    "beyond every level": (lambda: replace(RUNG, max_fps=100_000), "lower max_fps"),
    "audio bitrate": (lambda: AudioTrack(codec="eac3", kbps=96), "outside 192 to 1024"),
    "audio-only in 5.1": (lambda: AudioTrack(codec="eac3", kbps=384, audio_only=True), "offer an AAC track"),
    "language": (lambda: AudioTrack(codec="aac", kbps=128, language="English"), "BCP 47"),
    "caption language": (lambda: CaptionTrack(kind="webvtt", language=""), "BCP 47"),
    "caption channel": (lambda: CaptionTrack(kind="cea608", language="en", channel=5), "use 1 to 4"),
    "thumbnail interval": (lambda: Thumbnails(interval=0), "use about 10"),
    "odd thumbnail": (lambda: Thumbnails(width=161), "even sides"),
    "wide sheet": (lambda: Thumbnails(columns=30), "fewer columns"),
    "trick interval": (lambda: TrickPlay(interval=60), "use 1 or 2"),
    "odd trick": (lambda: TrickPlay(height=271), "must be even"),
    "costly trick": (lambda: TrickPlay(max_kbps=9000), "outside 50 to 2000"),
    "short segment": (lambda: Segmenting(seconds=Fraction(1), gop_seconds=Fraction(1)), "outside 2 to 6"),
    "long group": (lambda: Segmenting(seconds=Fraction(2), gop_seconds=Fraction(4)), "outside 0.5 to the segment"),
    "uneven segment": (lambda: Segmenting(seconds=Fraction(5), gop_seconds=Fraction(2)), "could not begin with a key frame"),
    "fairplay with cenc": (lambda: Protection(scheme="cenc"), "fairplay does not decrypt cenc"),
    "unknown scheme": (lambda: Protection(scheme="cbc1"), "use cbcs"),  # pyright: ignore[reportArgumentType]
    "no system": (lambda: Protection(systems=()), "name each wanted system once"),
    "unknown system": (lambda: Protection(systems=("marlin",)), "is unknown"),  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("name", BROKEN_PARTS)
def test_a_broken_part_names_its_fix(name: str) -> None:
    make, message = BROKEN_PARTS[name]
    with pytest.raises(ValueError, match=message):
        make()


BROKEN_LADDERS: dict[str, tuple[dict[str, Any], str]] = {
    "nothing": ({"renditions": ()}, "renditions is empty"),
    "nobody": ({"devices": ()}, "devices or networks is empty"),
    "twice the same": ({"renditions": (*LADDER.renditions, RUNG)}, "two have the name avc-1080p-7000k"),
    "falling bitrate": ({"renditions": (*default.AVC, replace(RUNG, max_kbps=6_000))}, "climb to a worse picture"),
    "falling size": ({"renditions": (*default.AVC, replace(default.AVC[0], max_kbps=8_000))}, "climb to a worse picture"),
    "twice the same audio": ({"audio": (*default.AUDIO, default.AUDIO[0])}, "two have the name aac-und-64k"),
    "one 608 channel for two": (
        {"captions": (CaptionTrack(kind="cea608", language="en"), CaptionTrack(kind="cea608", language="fr"))},
        "two have the CEA-608 channel 1",
    ),
    "silent devices": ({"audio": (AudioTrack(codec="eac3", kbps=384),)}, "android decodes none of the tracks"),
    "undecodable": ({"renditions": default.HEVC}, "browser plays none of them; it decodes avc up to level 5.2 or av1"),
    "undecryptable": ({"devices": (*LADDER.devices, OLD_TELEVISION)}, "it decrypts playready with cenc and protection offers cbcs"),
    "slow line": (
        {"networks": (Network(name="edge", kbps=200),)},
        "apple on edge has 200 kbit/s and its cheapest rendition with sound takes 364",
    ),
    "keys for nobody": ({"devices": (ANDROID, BROWSER)}, "no device uses playready with cbcs"),
    "rung for nobody": (
        {"devices": (OLD_TELEVISION,), "protection": None, "networks": (FIBRE,)},
        "no device plays hevc-540p-1400k",
    ),
}


@pytest.mark.parametrize("name", BROKEN_LADDERS)
def test_a_broken_ladder_names_its_fix(name: str) -> None:
    change, message = BROKEN_LADDERS[name]
    with pytest.raises(ValueError, match="(?s)" + message) as caught:
        replace(LADDER, **change)
    assert all("; " in line for line in str(caught.value).splitlines()), "each line ends with what to do"


BROKEN_TRANSPORTS: dict[str, tuple[dict[str, Any], str]] = {
    "av1": ({"renditions": LADDER.renditions}, "av1-360p-450k is AV1, which no transport stream carries"),
    "sound alone": ({"audio": default.AUDIO}, "aac-und-64k is a variant without a picture"),
    "winding": ({"trick_play": TrickPlay()}, "makes a playlist of key frames itself"),
    "sheets": ({"thumbnails": Thumbnails()}, "a sheet of 10x10 can only be written beside the playlists"),
    "encrypted": ({"protection": Protection()}, "takes no encrypted segments"),
}


@pytest.mark.parametrize("name", BROKEN_TRANSPORTS)
def test_what_transport_streams_do_not_take_names_its_fix(name: str) -> None:
    change, message = BROKEN_TRANSPORTS[name]
    with pytest.raises(ValueError, match=message) as caught:
        replace(default.transported(LADDER), **change)
    assert all("; " in line for line in str(caught.value).splitlines())


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="two have the name") as caught:
        replace(LADDER, renditions=(*LADDER.renditions, RUNG), devices=(ANDROID, BROWSER))
    assert len(str(caught.value).splitlines()) >= 3


def test_the_default_serves_every_device_on_every_network() -> None:
    for device in (APPLE, ANDROID, BROWSER, TELEVISION):
        for network in (CELLULAR, HOME, FIBRE):
            assert LADDER.for_device(device, network), (device.name, network.name)
    top = {device.name: LADDER.for_device(device, FIBRE)[-1].name for device in LADDER.devices}
    assert top == {
        "apple": "hevc-2160p-15000k",
        "android": "av1-1080p-3800k",
        "browser": "av1-2160p-12000k",
        "television": "hevc-2160p-15000k",
    }


def test_an_old_television_is_served_with_cenc_and_without_fairplay() -> None:
    ladder = Ladder(
        renditions=tuple(replace(rung, max_fps=30, level="4.1") if rung is RUNG else rung for rung in default.AVC),
        audio=default.AUDIO,
        devices=(OLD_TELEVISION, ANDROID),
        networks=(HOME,),
        protection=Protection(scheme="cenc", systems=("playready", "widevine")),
    )
    assert [rung.name for rung in ladder.for_device(OLD_TELEVISION, HOME)] == [rung.name for rung in default.AVC if rung.max_kbps <= 4_000]


def test_a_clear_ladder_needs_no_system() -> None:
    assert replace(LADDER, protection=None).for_device(APPLE, FIBRE)


STRINGS: list[tuple[VideoCodec, Any, str, str]] = [
    ("avc", "high", "4.0", "avc1.640028"),
    ("avc", "main", "3.1", "avc1.4d401f"),
    ("hevc", "main", "4.0", "hvc1.1.6.L120.B0"),
    ("hevc", "main10", "5.1", "hvc1.2.4.L153.B0"),
    ("av1", "main", "4.0", "av01.0.08M.08"),
    ("av1", "main10", "5.1", "av01.0.13M.10"),
]


@pytest.mark.parametrize(("codec", "profile", "level", "text"), STRINGS)
def test_codec_strings(codec: VideoCodec, profile: Any, level: str, text: str) -> None:
    assert codec_string(codec, profile, level) == text


def test_strings_agree_apart_from_constraint_flags() -> None:
    assert agrees("hvc1.1.6.L93.B0", "hvc1.1.6.L93.90")
    assert agrees("hvc1.1.6.L93.B0", "hev1.1.6.L93.B0")
    assert agrees("avc1.640028", "avc1.640C28")
    assert agrees("av01.0.08M.08", "av01.0.08M.08.0.110.01.01.01.0")
    assert agrees("mp4a.40.2", "mp4a.40.2")
    for other in ("avc1.640029", "avc1.4d4028", "hvc1.1.6.L120.B0", "mp4a.40.5"):
        assert not agrees("avc1.640028", other)
    assert not agrees("hvc1.1.6.L93.B0", "hvc1.1.6.H93.B0"), "the high tier needs another decoder"


@pytest.mark.parametrize(
    ("expected", "lower", "others"),
    [
        ("avc1.640028", "avc1.64001f", ("avc1.640029", "avc1.4d4028", "hvc1.1.6.L93.B0")),
        ("hvc1.1.6.L120.B0", "hvc1.1.6.L93.90", ("hvc1.1.6.L123.B0", "hvc1.1.6.H93.B0", "hvc1.2.4.L93.B0")),
        ("av01.0.08M.08", "av01.0.01M.08", ("av01.0.09M.08", "av01.0.08H.08", "av01.0.08M.10")),
        ("mp4a.40.2", "mp4a.40.2", ("mp4a.40.5",)),
    ],
)
def test_a_lower_level_serves_and_nothing_else_does(expected: str, lower: str, others: tuple[str, ...]) -> None:
    assert serves(expected, expected)
    assert serves(expected, lower)
    assert not any(serves(expected, other) for other in others)


def test_levels_rise_and_hold_what_the_standards_say() -> None:
    for levels in LEVELS.values():
        for lower, upper in pairwise(levels):
            assert lower.picture <= upper.picture
            assert lower.rate <= upper.rate
            assert lower.kbps <= upper.kbps
    assert lowest_level("avc", 1920, 1080, Fraction(30), 7_000) == "4.0"
    assert lowest_level("avc", 1920, 1080, Fraction(60), 7_000) == "4.2"
    assert lowest_level("hevc", 3840, 2160, Fraction(60), 15_000) == "5.1"
    assert lowest_level("av1", 3840, 2160, Fraction(30), 40_001) == "5.2"


SIZES = [
    (416, 234, "SD"),
    (1024, 576, "SD"),
    (1280, 720, "HD"),
    (1920, 1080, "HD"),
    (1080, 1920, "HD"),
    (2560, 1440, "UHD"),
    (1920, 1200, "UHD"),
    (1024, 600, "HD"),
    (576, 1026, "HD"),
]


@pytest.mark.parametrize(("width", "height", "label"), SIZES)
def test_keys_follow_the_size(width: int, height: int, label: str) -> None:
    assert key_label(width, height) == label


def test_the_renditions_that_are_built_in_are_as_lean_as_their_level_allows() -> None:
    """A level higher than needed would shut out devices for nothing."""
    for rung in LADDER.renditions:
        needed = lowest_level(rung.codec, rung.width, rung.height, Fraction(rung.max_fps), rung.max_kbps)
        floor = "3.0"  # every decoder has it
        assert rung.level == max(needed or "", floor), rung.name


def test_the_ladder_imports_the_standard_library_alone() -> None:
    """It runs in Lambda, beside no more than boto3."""
    folder = Path(default.__file__).parent
    imports = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    names = {node.module for node in imports if isinstance(node, ast.ImportFrom)} | {
        alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names
    }
    foreign = {
        name for name in names if name and not name.startswith("marquee.domain.") and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert "marquee.domain.segments" in names
    assert not foreign
