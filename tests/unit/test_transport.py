"""Transport streams: what ffmpeg and the packager are told, and the master playlist of what they cut. Nothing here encodes."""

from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import PurePath
from typing import Any

import m3u8
import pytest

from marquee.domain.ladder.default import default_ladder, transported
from marquee.domain.ladder.plan import for_source
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.domain.ladder.transport import Presentation, cut, cut_texts, master, of_plan

LADDER = transported(default_ladder())
RATES = [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(2997, 100), Fraction(30000, 1001), Fraction(50), Fraction(60000, 1001)]
PLAYLIST = "#EXTM3U\n#EXTINF:2.000000,\n{0}/00001.ts\n#EXTINF:1.000000,\n{0}/00002.ts\n#EXT-X-ENDLIST\n"


def presentation(channels: int = 6, fps: Fraction = Fraction(25), **ladder: Any) -> Presentation:
    plan = for_source(replace(LADDER, **ladder), 640, 360, fps, channels=channels)
    return of_plan(plan, PurePath("encoded"), PurePath("package"))


def listed(wanted: Presentation) -> Any:
    """The master, where each track has segments of 1000 and 900 bytes, of two seconds and one."""
    tracks = [*wanted.pictures, *wanted.sounds]
    playlists = {track.playlist: PLAYLIST.format(track.name) for track in tracks}
    sizes = {f"{track.name}/{name}": size for track in tracks for name, size in (("00001.ts", 1000), ("00002.ts", 900))}
    return m3u8.loads(master(wanted, playlists, sizes))


@pytest.mark.parametrize("fps", RATES, ids=str)
def test_segments_end_at_the_key_frames_of_the_plan_however_long_the_title(fps: Fraction) -> None:
    """ffmpeg ends segment n at the first key frame from n lengths on, in whole microseconds: not before the one that is due, nor after."""
    plan = for_source(LADDER, 640, 360, fps)
    wanted = of_plan(plan, PurePath("encoded"), PurePath("package"))
    arguments = cut(wanted, wanted.pictures[0])
    length = Fraction(int(arguments[arguments.index("-hls_time") + 1].removesuffix("us")), 1_000_000)
    two_days = ceil(48 * 3600 / plan.segment_duration)
    due = two_days * plan.segment_duration
    assert due - plan.gop_duration < two_days * length <= due


def test_every_track_is_on_one_clock() -> None:
    wanted = presentation()
    for track in (*wanted.pictures, *wanted.sounds):
        arguments = cut(wanted, track)
        assert arguments[arguments.index("-output_ts_offset") + 1] == "10"
        assert arguments[arguments.index("-hls_base_url") + 1] == f"{track.name}/"
    texts = cut_texts(wanted)
    assert texts[texts.index("--transport_stream_timestamp_offset_ms") + 1] == "10000"
    assert "--mpd_output" not in texts
    with pytest.raises(ValueError, match="nothing to do"):
        cut_texts(presentation(captions=()))


def test_each_picture_is_offered_with_each_group_of_sounds() -> None:
    wanted = presentation()
    found = listed(wanted)
    assert [(each.uri, each.stream_info.audio) for each in found.playlists] == [
        (picture.playlist, group) for picture in wanted.pictures for group in ("audio-aac", "audio-eac3")
    ]
    assert {each.stream_info.codecs.rpartition(",")[2] for each in found.playlists} == {"mp4a.40.2", "ec-3"}
    assert {each.stream_info.subtitles for each in found.playlists} == {"captions"}
    rates = {(each.stream_info.bandwidth, each.stream_info.average_bandwidth) for each in found.playlists}
    assert rates == {(2 * 7200, ceil(2 * Fraction(1900 * 8, 3)))}, "900 bytes in a second are the densest, picture and sound"
    assert [(each.type, each.default, each.channels) for each in found.media] == [
        ("AUDIO", "YES", "2"), ("AUDIO", "NO", "6"), ("SUBTITLES", "NO", None),
    ]  # fmt: skip


def test_a_language_that_nobody_told_is_not_stated() -> None:
    found = listed(presentation())
    assert {each.language for each in found.media if each.type == "AUDIO"} == {None}
    spoken = listed(presentation(audio=tuple(replace(track, language="pt-BR") for track in LADDER.audio)))
    assert {each.language for each in spoken.media if each.type == "AUDIO"} == {"pt-BR"}
    captioned = presentation(captions=(CaptionTrack(kind="webvtt", language="und"),))
    assert {each.language for each in listed(captioned).media if each.type == "SUBTITLES"} == {None}
    assert "language=und" not in " ".join(cut_texts(captioned)), "the packager refuses it"


def test_a_silent_title_lists_its_pictures_alone() -> None:
    wanted = presentation(channels=0, captions=(CaptionTrack(kind="cea608", language="en"),))
    found = listed(wanted)
    assert found.media == []
    assert [each.uri for each in found.playlists] == [picture.playlist for picture in wanted.pictures]
    assert {each.stream_info.audio for each in found.playlists} == {None}
