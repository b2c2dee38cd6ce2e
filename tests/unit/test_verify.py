"""Real packages, and what is found wrong with broken ones."""
# ruff: noqa: E501 the broken ones are a table

import re
import shutil
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from marquee.domain import titles
from marquee.domain.content_keys import Content, key_ids
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.drm import KeyLabel, Protection
from marquee.domain.ladder.job import Caption, EncodeJob, S3Object
from marquee.domain.ladder.manifests import Manifest, Picture
from marquee.domain.ladder.packager import ContentKey
from marquee.domain.ladder.plan import Source, for_source
from marquee.domain.ladder.thumbnails import webvtt
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator.media import encode, probe, settings
from marquee.emulator.media.pool import Pool
from runtime.publish import dash
from runtime.publish.check import _pictures, check  # pyright: ignore[reportPrivateUsage]
from runtime.publish.found import BadManifestError, Listed, Track, below
from runtime.publish.plan import mediaconvert_request
from runtime.publish.protection import BrokenMp4Error, encryption, has_clear_samples
from tests.media_files import AAC, AVC, box, ffmpeg

pytestmark = pytest.mark.slow

VERSION = "0123456789abcdef"
KEYS = key_ids(Content("film", VERSION))
CLEAR = EncodeJob(
    title_id="film",
    version=VERSION,
    master=S3Object(bucket="m", key=f"film/{VERSION}/master.mp4", version_id="v"),
    bucket="r",
    prefix=titles.rendition_prefix("film", VERSION),
    source=Source(width=320, height=180, fps=Fraction(25), channels=2),
    duration=Fraction(3),
    segment_seconds=Fraction(2),
    gop_seconds=Fraction(1),
    captions=(Caption(track=CaptionTrack(kind="webvtt", language="en"), source=S3Object(bucket="m", key="en.vtt", version_id="v")),),
    language="en",
)
JOB = replace(CLEAR, protection=Protection(), speke_url="https://keys.example.org/speke")
JIT = replace(CLEAR, packaging="jit", prefix=titles.rendition_prefix("film", VERSION, clear=True), source=replace(CLEAR.source, channels=6))


class Folder:
    """A package on disk."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def sizes(self) -> Mapping[str, int]:
        return {file.name: file.stat().st_size for file in self.path.iterdir()}

    def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
        content = (self.path / name).read_bytes()[first:]
        return content if length is None else content[:length]


def make(folder: Path, job: EncodeJob, keys: Mapping[KeyLabel, ContentKey]) -> Path:
    """The package that the emulated MediaConvert makes of the job."""
    folder.mkdir()
    film, captions = folder / "film.mp4", folder / "en.vtt"
    picture = ("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=3")
    ffmpeg(*picture, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3", *AVC, *AAC, film)
    captions.write_text("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello\n")
    group, pool, cancelled = settings.read(mediaconvert_request(job)["Settings"]), Pool(), threading.Event()
    probed = probe.probe(pool, film, cancelled)
    bench = encode.Bench(
        pool=pool,
        folder=folder,
        master=film,
        probed=probed,
        captions={text.name: captions for text in group.texts},
        progress=lambda name, percent: None,
        cancelled=cancelled,
    )
    encode.encode(bench, group)
    encode.package(bench, group, keys)
    return bench.package


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("packages")
    labels: tuple[KeyLabel, ...] = ("AUDIO", "SD")
    keys: dict[KeyLabel, ContentKey] = {label: ContentKey(KEYS[label].hex, uuid.uuid4().hex) for label in labels}
    one: dict[KeyLabel, ContentKey] = dict.fromkeys(keys, keys["SD"])
    return {
        "clear": make(folder / "clear", CLEAR, {}),
        "encrypted": make(folder / "encrypted", JOB, keys),
        "one key": make(folder / "one", JOB, one),
        "transport": make(folder / "transport", JIT, {}),
    }


@pytest.fixture
def package(packages: dict[str, Path], tmp_path: Path) -> Folder:
    """A copy of the encrypted one, to break."""
    return Folder(Path(shutil.copytree(packages["encrypted"], tmp_path / "package")))


def test_a_whole_package_is_recorded(packages: dict[str, Path]) -> None:
    problems, playback = check(JOB, Folder(packages["encrypted"]))
    assert problems == []
    assert playback is not None
    assert playback["keys"] == {label: str(KEYS[label]) for label in ("AUDIO", "SD")}
    assert [(each["name"], each["width"], each["height"], each["key"]) for each in playback["renditions"]] == [
        ("avc-234p-300k", 320, 180, "SD")
    ]
    assert playback["segments"] == 2
    assert playback["bytes"] == sum(Folder(packages["encrypted"]).sizes.values())
    assert [each["language"] for each in playback["captions"]] == ["en"]
    assert {each["language"] for each in playback["audio"]} == {"en"}


def test_a_clear_package_is_what_a_clear_job_makes(packages: dict[str, Path]) -> None:
    problems, playback = check(CLEAR, Folder(packages["clear"]))
    assert problems == []
    assert playback is not None
    assert (playback["scheme"], playback["keys"]) == (None, {})


def edit(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def broken(folder: Path) -> None:
        file = folder / name
        text = file.read_text()
        changed = change(text)
        assert changed != text
        file.write_text(changed)

    return broken


def remove(pattern: str) -> Callable[[Path], None]:
    return lambda folder: next(iter(sorted(folder.glob(pattern)))).unlink()


def empty(pattern: str) -> Callable[[Path], None]:
    def broken(folder: Path) -> None:
        next(iter(sorted(folder.glob(pattern)))).write_bytes(b"")

    return broken


@pytest.fixture
def transport(packages: dict[str, Path], tmp_path: Path) -> tuple[Folder, Folder]:
    """A copy of the transport streams, to break, and of what is served beside them."""
    source = packages["transport"]
    copies = [shutil.copytree(folder, tmp_path / folder.name) for folder in (source, source.parent / "captures")]
    (copies[1] / titles.THUMBNAILS).write_text(webvtt(JIT.plan(), JIT.duration, "index-thumbnail.%07d.jpg"))
    return Folder(copies[0]), Folder(copies[1])


def test_transport_streams_are_recorded_where_they_are_served(transport: tuple[Folder, Folder]) -> None:
    problems, playback = check(JIT, *transport)
    assert problems == []
    assert playback is not None
    assert (playback["prefix"], playback["thumbnails"]) == (f"titles/film/{VERSION}/", "thumbnails.vtt")
    assert (playback["scheme"], playback["keys"], playback["segments"]) == (None, {}, 2)
    assert [each["codecs"] for each in playback["audio"]] == ["mp4a.40.2", "ec-3"]
    assert playback["bytes"] == sum(sum(folder.sizes.values()) for folder in transport)
    assert set(transport[1].sizes) == {"index-thumbnail.0000000.jpg", "thumbnails.vtt"}


PICTURE, SOUND = "index-avc-234p-300k", "index-aac-en-128k"
BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "no master playlist": (remove("index.m3u8"), "index.m3u8 is missing"),
    "no MPD": (remove("index.mpd"), "index.mpd is missing"),
    "no media playlist": (remove(f"{PICTURE}.m3u8"), f"{PICTURE}.m3u8 is missing"),
    "no initialisation": (remove(f"{PICTURE}init*"), "files are missing or empty"),
    "no first segment": (remove(f"{PICTURE}_000000001*"), "files are missing or empty"),
    "no last segment of the sound": (remove(f"{SOUND}_000000002*"), "files are missing or empty"),
    "an empty segment": (empty(f"{PICTURE}_000000002*"), "files are missing or empty"),
    "an empty master playlist": (empty("index.m3u8"), "missing or empty"),
    "no captions": (remove("index-webvtt-en_*.vtt"), "files are missing or empty"),
    "a rendition fewer": (edit("index.m3u8", lambda text: text.replace("RESOLUTION=320x180", "RESOLUTION=160x90", 1)), "is missing"),
    "another codec": (edit("index.m3u8", lambda text: text.replace("avc1.", "avc9.")), "is missing"),
    "the sound's language": (edit("index.mpd", lambda text: text.replace('lang="en"', 'lang="fr"')), "audio"),
    "no end": (edit(f"{PICTURE}.m3u8", lambda text: text.replace("#EXT-X-ENDLIST", "")), "no complete playlist"),
    "half its length": (edit(f"{PICTURE}.m3u8", lambda text: re.sub(r"#EXTINF:[\d.]+", "#EXTINF:0.1", text)), "it lasts 0.2"),
    "a clear beginning": (edit(f"{PICTURE}.m3u8", lambda text: re.sub(r"(?s)(#EXT-X-KEY.*\n)(#EXTINF:.*?\n.*?\n)", r"\2\1", text, count=1)), "says nothing"),
    "no FairPlay": (edit(f"{SOUND}.m3u8", lambda text: re.sub(r"#EXT-X-KEY.*streamingkeydelivery.*\n", "", text)), "names no key for fairplay"),
    "no Widevine in DASH": (edit("index.mpd", lambda text: re.sub("edef8ba9[^\"]*", "0" * 36, text)), "names no key for widevine"),
    "another scheme": (edit("index.mpd", lambda text: text.replace('value="cbcs"', 'value="cenc"')), "it should be cbcs"),
    "a file elsewhere": (edit(f"{PICTURE}.m3u8", lambda text: text.replace(PICTURE, "../../other/v/x")), "is no file beside it"),
    "a server elsewhere": (edit("index.mpd", lambda text: text.replace('media="index-avc', 'media="https://x/index-avc')), "is no file beside it"),
    "an entity": (edit("index.mpd", lambda text: text.replace("?>", '?><!DOCTYPE MPD [<!ENTITY x "y">]>', 1)), "declares entities"),
    "no XML": (edit("index.mpd", lambda text: text[: len(text) // 2]), "cannot be parsed"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_not_published(what: str, package: Folder) -> None:
    spoil, expected = BROKEN[what]
    spoil(package.path)
    problems, playback = check(JOB, package)
    assert playback is None
    assert any(expected in each for each in problems), problems


def change(pattern: str, how: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def broken(folder: Path) -> None:
        file = next(iter(sorted(folder.glob(pattern))))
        file.write_bytes(how(file.read_bytes()))

    return broken


def swap(one: str, other: str) -> Callable[[Path], None]:
    return lambda folder: change(one, lambda _: next(iter(sorted(folder.glob(other)))).read_bytes())(folder)


BROKEN_TRANSPORT: dict[str, tuple[Callable[[Path], None], str]] = {
    "no master playlist": (remove("index.m3u8"), "index.m3u8 is missing"),
    "no segment": (remove(f"{PICTURE}_00002.ts"), "files are missing or empty"),
    "no captions": (remove("index-webvtt-en_*.vtt"), "files are missing or empty"),
    "half its length": (edit(f"{PICTURE}.m3u8", lambda text: re.sub(r"#EXTINF:[\d.]+", "#EXTINF:0.1", text)), "it lasts 0.2"),
    "one sound fewer": (edit("index.m3u8", lambda text: re.sub(r"#EXT-X-MEDIA:TYPE=AUDIO[^\n]*eac3[^\n]*\n", "", text)), "is missing"),
    "another language": (edit("index.m3u8", lambda text: text.replace('LANGUAGE="en"', 'LANGUAGE="fr"')), "captions fr is not expected"),
    "an initialisation": (edit(f"{PICTURE}.m3u8", lambda text: text.replace("#EXTINF", '#EXT-X-MAP:URI="index.m3u8"\n#EXTINF', 1)), "so it is no transport stream"),
    "a key": (edit(f"{PICTURE}.m3u8", lambda text: text.replace("#EXTINF", '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x"\n#EXTINF', 1)), "should be clear"),
    "no packets": (change(f"{PICTURE}_00001.ts", lambda data: b"\0" + data[1:]), "it is no transport stream"),
    "no packets at the end": (change(f"{PICTURE}_00002.ts", lambda data: data[:188] + b"\0" + data[189:]), "it is no transport stream"),
    "half a packet": (change(f"{SOUND}_00001.ts", lambda data: data[:-1]), "no whole number of packets"),
    "no tables": (change(f"{PICTURE}_00001.ts", lambda data: data[-188:] * 2), "it has no table"),
    "scrambled": (change(f"{PICTURE}_00001.ts", lambda data: data[: 188 * 3 + 3] + bytes([data[188 * 3 + 3] | 0x80]) + data[188 * 3 + 4 :]), "it is scrambled"),
    "another codec": (swap(f"{SOUND}_00001.ts", "index-eac3-*_00001.ts"), "it holds streams of type 0x87, and should hold mp4a.40.2 alone"),
    "sound for a picture": (swap(f"{PICTURE}_00001.ts", f"{SOUND}_00001.ts"), "it holds streams of type 0x0f, and should hold avc1"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN_TRANSPORT)
def test_broken_transport_streams_are_not_published(what: str, transport: tuple[Folder, Folder]) -> None:
    spoil, expected = BROKEN_TRANSPORT[what]
    spoil(transport[0].path)
    problems, playback = check(JIT, *transport)
    assert playback is None
    assert any(expected in each for each in problems), problems


def test_thumbnails_that_are_listed_are_there(transport: tuple[Folder, Folder]) -> None:
    empty("*.jpg")(transport[1].path)
    problems, _ = check(JIT, *transport)
    assert problems == ["thumbnails.vtt: 1 of 1 pictures are missing or empty, index-thumbnail.0000000.jpg the first"]
    edit(titles.THUMBNAILS, lambda text: text.replace("index-", "../../other/v/"))(transport[1].path)
    problems, _ = check(JIT, *transport)
    assert any("is no file beside it" in each for each in problems)


def test_transport_streams_are_no_static_package_nor_the_other_way(packages: dict[str, Path], transport: tuple[Folder, Folder]) -> None:
    assert check(CLEAR, transport[0])[1] is None
    assert check(JIT, Folder(packages["clear"]), transport[1])[1] is None


def test_clear_media_behind_encrypted_manifests_are_found(package: Folder, packages: dict[str, Path]) -> None:
    for file in packages["clear"].glob(f"{PICTURE}*.cmfv"):
        shutil.copy(file, package.path / file.name)
    problems, _ = check(JOB, package)
    assert any("clear samples" in each for each in problems), problems


def test_a_clear_package_is_no_encrypted_one_nor_the_other_way(packages: dict[str, Path]) -> None:
    assert check(JOB, Folder(packages["clear"]))[1] is None
    assert check(CLEAR, Folder(packages["encrypted"]))[1] is None


def test_one_key_for_all_is_refused(packages: dict[str, Path]) -> None:
    problems, _ = check(JOB, Folder(packages["one key"]))
    assert problems == ["streams of different labels share a key"]


def test_a_master_of_another_length_is_noticed(packages: dict[str, Path]) -> None:
    problems, _ = check(replace(JOB, duration=Fraction(30)), Folder(packages["encrypted"]))
    assert any("the master 30.000 s" in each for each in problems)


def test_a_clear_lead_is_seen(packages: dict[str, Path]) -> None:
    segment = next(iter(sorted(packages["encrypted"].glob(f"{PICTURE}_000000001*")))).read_bytes()
    assert not has_clear_samples(segment)
    group = box(b"sgpd", b"\1\0\0\0seig" + bytes(28))
    assert has_clear_samples(box(b"moof", box(b"traf", box(b"tfhd", bytes(8)) + group)))
    assert has_clear_samples(box(b"moof", box(b"traf", box(b"tfhd", b"\0\0\0\2" + b"\0\0\0\1" + b"\0\0\0\2"))))
    with pytest.raises(BrokenMp4Error):
        has_clear_samples(box(b"mdat", b"x"))


@pytest.mark.parametrize("init", [b"", b"\0\0\0\4moov", box(b"moov")])
def test_what_is_no_initialisation(init: bytes) -> None:
    with pytest.raises(BrokenMp4Error):
        encryption(init)


@pytest.mark.parametrize("name", ["", "/a", "../a", "a/../../b", "https://x/a", "data:x", "a?b", "a#b"])
def test_names_that_lead_away(name: str) -> None:
    with pytest.raises(BadManifestError):
        below(name)


def test_templates_by_number_and_time() -> None:
    mpd = (
        '<MPD type="static" mediaPresentationDuration="PT5S"><Period><AdaptationSet contentType="video" width="2" height="2" frameRate="25">'
        '<SegmentTemplate timescale="10" duration="20" startNumber="3" initialization="$RepresentationID$/i" media="$RepresentationID$/$Number%03d$"/>'
        '<Representation id="a" bandwidth="1" codecs="avc1.4d401e"/></AdaptationSet>'
        '<AdaptationSet contentType="audio" lang="en"><Representation id="b" bandwidth="1" codecs="ec-3">'
        '<AudioChannelConfiguration schemeIdUri="tag:dolby.com,2014:dash:audio_channel_configuration:2011" value="F801"/>'
        '<SegmentTemplate timescale="10" initialization="i" media="t$Time$"><SegmentTimeline><S t="5" d="20" r="1"/><S d="10"/></SegmentTimeline>'
        "</SegmentTemplate></Representation></AdaptationSet></Period></MPD>"
    )
    video, audio = dash.read(mpd).tracks
    assert (video.init, video.segments, video.seconds) == ("a/i", ("a/003", "a/004", "a/005"), 5.0)
    assert (audio.segments, audio.seconds) == (("t5", "t25", "t45"), 5.0)
    assert dash.read(mpd).manifest.sounds[0].channels == 6


def test_rungs_that_differ_by_their_bitrate_alone_keep_their_names() -> None:
    plan = for_source(default_ladder(), 640, 360, Fraction(25), chosen=["avc-360p-300k", "avc-360p-600k"])
    stated = Picture(plan.rungs[0].rendition.codecs, 640, 360, Fraction(25))
    sizes = {"large.m4s": 600, "small.m4s": 300}
    tracks = [
        Track(name=name, kind="video", stated=stated, init=None, segments=(name,), seconds=1, scheme=None, systems=frozenset())
        for name in sizes
    ]
    manifest = Manifest(pictures=(stated, stated), sounds=(), captions=(), audio_only=0, trick_play=())

    class Sizes:
        def __init__(self) -> None:
            self.sizes: Mapping[str, int] = sizes

        def read(self, name: str, first: int = 0, length: int | None = None) -> bytes:
            raise AssertionError(name)

    found = _pictures(plan, Listed(manifest=manifest, tracks=tuple(tracks)), Sizes())
    assert [(rung.name, track.name) for rung, track in found] == [("avc-360p-600k", "large.m4s"), ("avc-360p-300k", "small.m4s")]
