"""What the emulated MediaConvert packages is encrypted from its first byte on, and is the encode itself once decrypted."""

import re
import subprocess
import threading
import uuid
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from marquee.domain.ladder.codecs import VideoCodec
from marquee.domain.ladder.default import default_ladder
from marquee.domain.ladder.devices import BROWSER, CELLULAR, TELEVISION
from marquee.domain.ladder.drm import KeyLabel, Protection, Scheme, System
from marquee.domain.ladder.mediaconvert import Job, Speke, job_settings
from marquee.domain.ladder.packager import ContentKey
from marquee.domain.ladder.plan import for_source
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.segmenting import Segmenting
from marquee.emulator.media import encode
from marquee.emulator.media.encode import Bench
from marquee.emulator.media.pool import Pool
from marquee.emulator.media.probe import probe
from marquee.emulator.media.settings import read
from marquee.emulator.media.work import Group
from tests import media_files

pytestmark = pytest.mark.slow

CODECS: dict[Scheme, tuple[VideoCodec, ...]] = {"cbcs": ("avc", "hevc", "av1"), "cenc": ("avc", "av1")}
SYSTEMS: dict[Scheme, tuple[System, ...]] = {"cbcs": ("widevine", "playready"), "cenc": ("widevine",)}
DEVICES = {"cbcs": (BROWSER, TELEVISION), "cenc": (BROWSER,)}
SPEKE = Speke(url="https://keys.example.com/speke", resource_id="film_0123456789abcdef")


@dataclass(frozen=True)
class Made:
    bench: Bench
    group: Group
    keys: dict[KeyLabel, ContentKey]

    @property
    def streams(self) -> dict[str, KeyLabel]:
        found: dict[str, KeyLabel] = {one.name: one.label for one in self.group.pictures}
        found |= {one.name: "AUDIO" for one in self.group.sounds}
        assert self.group.trick_play
        return {**found, self.group.trick_play: self.group.pictures[0].label}

    def whole(self, name: str, segments: int | None = None) -> Path:
        """A stream's initialisation and its first `segments`, or all, as one file."""
        [init] = self.bench.package.glob(f"{name}init.*")
        parts = sorted(self.bench.package.glob(f"{name}_0*{init.suffix}"))
        assert parts
        target = self.bench.folder / f"{name}-{segments}.mp4"
        target.write_bytes(b"".join(part.read_bytes() for part in [init, *parts[:segments]]))
        return target


@pytest.fixture(scope="module", params=["cbcs", "cenc"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    scheme: Scheme = request.param
    folder = tmp_path_factory.mktemp(scheme)
    master = folder / "master.mp4"
    media_files.ffmpeg(*media_files.picture(), *media_files.SOUND, *media_files.AVC, *media_files.AAC, master)
    rungs = (Rendition(codec=codec, width=320, height=180, max_kbps=600, quality=8, level="3.0", max_fps=30) for codec in CODECS[scheme])
    ladder = replace(
        default_ladder(), renditions=tuple(rungs), captions=(), devices=DEVICES[scheme], networks=(CELLULAR,),
        segmenting=Segmenting(seconds=Fraction(2), gop_seconds=Fraction(1)), protection=Protection(scheme=scheme, systems=SYSTEMS[scheme]),
    )  # fmt: skip
    plan = for_source(ladder, 320, 180, Fraction(25))
    group = read(job_settings(plan, Job(master="s3://m/master.mp4", destination="s3://r/titles/film/v/index", speke=SPEKE)))
    pool, cancelled = Pool(), threading.Event()
    bench = Bench(
        pool=pool, folder=folder, master=master, probed=probe(pool, master, cancelled), captions={},
        progress=lambda _name, _percent: None, cancelled=cancelled,
    )  # fmt: skip
    keys: dict[KeyLabel, ContentKey] = {
        label: ContentKey(uuid.uuid5(uuid.NAMESPACE_OID, label).hex, uuid.uuid5(uuid.NAMESPACE_OID, f"key of {label}").hex)
        for label in encode.labels(group)
    }
    encode.encode(bench, group)
    encode.package(bench, group, keys)
    return Made(bench, group, keys)


def ffmpeg(source: Path, *after: str, key: str = "") -> tuple[int, bytes]:
    """Exit code and output. `crccheck+explode`: HEVC's decoder else goes on, and compares no picture with the hash beside it."""
    command = [
        media_files.program(),
        "-v",
        "error",
        "-xerror",
        "-err_detect",
        "crccheck+explode",
        *(["-decryption_key", key] if key else []),
    ]
    done = subprocess.run([*command, "-i", str(source), *after, "-"], capture_output=True, check=False)
    return done.returncode, done.stdout


def pictures(source: Path, key: str = "") -> tuple[int, list[str]]:
    """Exit code, and the checksum of every picture (or frame of sound) that was decoded."""
    code, shown = ffmpeg(source, "-f", "framehash", "-hash", "md5", key=key)
    return code, re.findall(r"[0-9a-f]{32}$", shown.decode(), flags=re.MULTILINE)


def test_nothing_plays_without_its_key_from_the_first_segment_on(made: Made) -> None:
    assert set(made.streams.values()) == {"AUDIO", "SD"}
    assert len(made.streams) == len(made.group.pictures) + 2 + 1, "pictures, two sounds, and trick play"
    for name in made.streams:
        _, clear = pictures(made.bench.encoded / f"{name}.mp4")
        for segments in (1, None):
            code, seen = pictures(made.whole(name, segments))
            assert not set(seen) & set(clear), name
            assert code != 0, f"{name} decodes without a key"


def test_with_its_key_it_is_the_encode_itself(made: Made) -> None:
    for name, label in made.streams.items():
        packaged, encoded, key = made.whole(name), made.bench.encoded / f"{name}.mp4", made.keys[label].key
        if label == "AUDIO":  # undecoded: an MP4's edit list cuts the encoder's padding, which segments have no place for
            assert ffmpeg(packaged, "-c", "copy", "-f", "data", key=key) == ffmpeg(encoded, "-c", "copy", "-f", "data")
            continue
        code, seen = pictures(packaged, key)
        assert (code, len(seen) >= 2) == (0, True)
        assert seen == pictures(encoded)[1], f"{name}: a picture differs, so its PSNR is not infinite"


def test_another_key_opens_nothing(made: Made) -> None:
    for picture in made.group.pictures:
        _, seen = pictures(made.whole(picture.name, 1), "0" * 32)
        assert not set(seen) & set(pictures(made.bench.encoded / f"{picture.name}.mp4")[1])


def test_no_key_is_in_any_file(made: Made) -> None:
    for key in made.keys.values():
        for file in made.bench.folder.rglob("*"):
            if file.is_file():
                content = file.read_bytes()
                assert bytes.fromhex(key.key) not in content, file.name
                assert key.key.encode() not in content, file.name
