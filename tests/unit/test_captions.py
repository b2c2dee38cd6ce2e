"""CEA-608: what the probe sees of it, what is planned, and what manifests say."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.ffmpeg import of_rung, pieces
from marquee.domain.ladder.manifests import ClosedCaptions, dash, hls, with_accessibility, with_closed_captions
from marquee.domain.ladder.opening import closed_captions
from marquee.domain.ladder.plan import Plan, for_source
from marquee.domain.ladder.tracks import CaptionTrack
from runtime.ingest import captions
from runtime.ingest.ranges import RangeReader
from runtime.publish.found import BadManifestError
from runtime.publish.hls import read
from runtime.publish.plan import encode_job, mediaconvert_request
from tests import cea608
from tests.media_files import ffmpeg, master_facts

TRACK = CaptionTrack(kind="cea608", language="en")
PLAN = for_source(replace(default_ladder(), captions=(TRACK,)), 1280, 720, Fraction(60))
ENVIRONMENT = {"PACKAGING": "static", "RENDITIONS": "r", "SEGMENT_SECONDS": "2", "GOP_SECONDS": "1"}
FILE = {"bucket": "m", "key": "en.vtt", "versionId": "v"}


def event(closed: list[int], language: str | None = None, **files: dict[str, str]) -> dict[str, Any]:
    held = {"bucket": "m", "key": "film/master.mp4", "versionId": "v"}
    said = {"language": language}
    return {
        "titleId": "film",
        "titleVersion": "0" * 16,
        "held": held,
        "captions": files,
        "declared": said,
        "media": master_facts(closedCaptions=closed),
    }


def channels(content: bytes) -> list[int]:
    return captions.channels(RangeReader(lambda first, last: content[first : last + 1], len(content), budget=len(content) + 2**20))


@pytest.mark.parametrize("name", ["film.mp4", "film.mkv", "film.ts", "hevc.mp4", "mpeg2.ts"])
def test_captions_are_found_in_every_container_and_codec_that_carries_them(name: str, tmp_path: Path) -> None:
    source, target = tmp_path / "source.mp4", tmp_path / name
    cea608.master(source, captions={3: "HELLO"})
    codec = {"hevc": ("libx265", "-x265-params", "log-level=error", "-a53cc", "1"), "mpeg2": ("mpeg2video",)}.get(target.stem, ("copy",))
    ffmpeg("-i", source, "-c:v", *codec, target)
    assert channels(target.read_bytes()) == [1]


def test_padding_is_no_caption_and_a_large_file_is_looked_at_in_windows(tmp_path: Path) -> None:
    silent, spoken = tmp_path / "silent.mp4", tmp_path / "spoken.mp4"
    cea608.master(silent, captions={})
    cea608.master(spoken, captions={3: "HELLO"})
    assert (content := silent.read_bytes()).count(b"GA94") == cea608.PICTURES
    assert channels(content) == []
    size, said = 64 * 2**30, spoken.read_bytes().ljust(captions.WINDOW, b"\0")
    for place in (0, size - captions.WINDOW):
        file = RangeReader(lambda first, last, at=place: part(said, first - at, last + 1 - at), size, budget=2**30)
        assert captions.channels(file) == [1]
        assert file.fetched == captions.WINDOWS * captions.WINDOW
    file = RangeReader(lambda first, last: bytes(last + 1 - first), size, budget=2**30)
    assert captions.channels(file) == []
    assert file.fetched == captions.WINDOWS * file.BLOCK


def part(content: bytes, start: int, end: int) -> bytes:
    """Bytes of a file of zeros that holds `content` at 0."""
    within = content[max(0, start) : max(0, end)] if start < len(content) and end > 0 else b""
    return (b"\0" * min(max(0, -start), end - start) + within).ljust(end - start, b"\0")


def triples(*given: bytes) -> bytes:
    return b"\xb5\x00\x31GA94\x03" + bytes([0x40 | len(given)]) + b"\xff" + b"".join(given) + b"\xff"


def test_channels_are_told_apart() -> None:
    assert channels(triples(b"\xfc\x94\x20")) == [1]
    assert channels(triples(b"\xfc\x1c\x20", b"\xfd\x15\x20")) == [2, 3]
    assert channels(triples(b"\xfd\x9d\x20")) == [4]
    assert channels(triples(b"\xfd\x01\x83", b"\xfd\xc1\xc2")) == [], "data about programmes"
    assert channels(triples(b"\xfc\x14\x20")) == [], "wrong parity"
    assert channels(triples(b"\xf8\x94\x20")) == [], "not valid"
    assert channels(triples(b"\xfe\x94\x20")) == [], "CEA-708"
    assert channels(triples(b"\xfc\x94\x20")[:-3]) == [], "cut off"


def test_a_found_channel_is_planned_in_the_spoken_language_unless_a_file_has_it() -> None:
    def planned(closed: list[int], language: str | None = None, encoder: str = "batch", **files: dict[str, str]) -> list[str]:
        job = encode_job(event(closed, language, **files), {**ENVIRONMENT, "ENCODER": encoder})
        assert job.embedded == (encoder == "batch")
        assert type(job).from_json(job.to_json()) == job
        return [caption.track.name for caption in job.captions]

    assert planned([]) == []
    assert planned([1, 3]) == ["cc1-und"]
    assert planned([3], "en", encoder="mediaconvert") == ["cc3-en"]
    assert planned([1], "en", en=FILE) == ["webvtt-en"]
    assert planned([1], "de", en=FILE) == ["webvtt-en", "cc1-de"]
    assert planned([1], None, en=FILE) == ["webvtt-en", "cc1-und"]


def test_mediaconvert_names_no_language_that_nobody_said() -> None:
    job = encode_job(event([1]), {**ENVIRONMENT, "ENCODER": "mediaconvert"})
    outputs = mediaconvert_request(job)["Settings"]["OutputGroups"][0]["Outputs"]
    [described] = [one for output in outputs for one in output.get("CaptionDescriptions", [])]
    assert "CustomLanguageCode" not in described
    assert described["LanguageDescription"] == "CC1"


def test_ffmpeg_reads_the_first_channel_of_a_field_through_the_open_file_alone() -> None:
    made = closed_captions(3, "mov", "{fd}", "o.vtt")
    assert made[made.index("-data_field") + 1] == "second"
    assert made[made.index("-protocol_whitelist") + 1] == "fd"
    with pytest.raises(ValueError, match="choose the first of its field"):
        closed_captions(2, "mov", 5, "o.vtt")


def test_a_piece_has_the_captions_of_its_own_pictures() -> None:
    def graph(plan: Plan) -> str:
        wanted = {rung.name: of_rung(plan, rung) for rung in plan.rungs}
        made = pieces(wanted, "s", fps=Fraction(60), start=Fraction(8), frames=120)
        return made[made.index("-filter_complex") + 1]

    captioned = graph(PLAN)
    assert "sidedata=mode=delete:type=A53_CC:enable='lt(t,0.991666667)+gte(t,2.991666667)'" in captioned
    assert "fps=30/1," in captioned
    bare = graph(for_source(default_ladder(), 1280, 720, Fraction(60)))
    assert "sidedata" not in bare
    assert "framestep=2," in bare


MASTER = """#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="av01.0.01M.08",RESOLUTION=320x180,CLOSED-CAPTIONS=NONE
a.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.4d401e,mp4a.40.2",RESOLUTION=320x180,CLOSED-CAPTIONS=NONE
b.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,CODECS="avc1.4d401e",RESOLUTION=320x180,URI="c.m3u8"
"""
MEDIA = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.m4s\n#EXT-X-ENDLIST\n"
MPD = """<AdaptationSet id="0" contentType="video">
  <Representation id="0" codecs="avc1.4d401e"/>
</AdaptationSet>
<AdaptationSet id="1" contentType="video">
  <EssentialProperty schemeIdUri="http://dashif.org/guidelines/trickmode" value="0"/>
  <Representation id="1" codecs="avc1.4d401e"/>
</AdaptationSet>
<AdaptationSet id="2" contentType="video">
  <Representation id="2" codecs="av01.0.01M.08"/>
</AdaptationSet>
"""


def test_manifests_offer_them_where_the_codec_carries_them() -> None:
    said = (ClosedCaptions("CC1", "en"),)
    assert (hls(PLAN, embedded=True).embedded, dash(PLAN, embedded=True).embedded) == (said, said)
    assert (hls(PLAN, embedded=True).captions, hls(PLAN).captions, hls(PLAN).embedded) == ((), ("en",), ())
    made = with_closed_captions(MASTER, PLAN)
    assert read("m", lambda name: made if name == "m" else MEDIA).manifest.embedded == said
    assert [line.endswith('CLOSED-CAPTIONS="closed-captions"') for line in made.splitlines() if "X-STREAM-INF" in line] == [False, True]
    sets = with_accessibility(MPD, PLAN).split("</AdaptationSet>")
    assert ["cea-608" in one for one in sets] == [True, False, False, False]
    bare = for_source(replace(default_ladder(), captions=()), 1280, 720, Fraction(60))
    assert (with_closed_captions(MASTER, bare), with_accessibility(MPD, bare)) == (MASTER, MPD), "no captions, no change"


def test_a_variant_that_leaves_them_out_is_found() -> None:
    made = with_closed_captions(MASTER, PLAN)
    broken = made.replace(',CLOSED-CAPTIONS="closed-captions"', "")
    with pytest.raises(BadManifestError, match="do not all offer"):
        read("m", lambda name: broken if name == "m" else MEDIA)
