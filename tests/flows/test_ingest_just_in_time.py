"""The deployed stack where titles are packaged just in time: from an upload to a verified record, each function and job as its own role."""

from pathlib import Path

import pytest

from marquee.console.shelf import Shelf
from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.engine import run
from marquee.ingest import Catalogue, Target, upload, wait_for_record
from marquee.settings import load, stack_file
from tests.flows.ingest_stack import ROOT
from tests.flows.world import World

pytestmark = pytest.mark.slow
ACCOUNT = "357924680135"


@pytest.fixture(scope="session")
def target(emulator: Emulator) -> Target:
    raw = dict(stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform)
    raw["accounts"] = {**raw["accounts"], "workload": ACCOUNT}
    raw["media"] = {**raw.get("media", {}), "packaging": "jit"}
    run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
    return Target.of_emulator(emulator, load(raw, "dev"))


def test_a_master_becomes_a_clear_source_beside_thumbnails_that_are_served(emulator: Emulator, target: Target, film: Path) -> None:
    world = World(emulator, ACCOUNT, target.region)
    item = wait_for_record(target, upload(target, film, title="film"), seconds=120)
    assert item["outcome"] == "published", item
    bucket, version = target.names.bucket("renditions", target.region), item["version"]
    listed = world("s3").list_objects_v2(Bucket=bucket)["Contents"]
    served, clear = titles.rendition_prefix("film", version), titles.rendition_prefix("film", version, clear=True)
    title = Catalogue(target).title("film")
    assert title is not None
    playback = title["playback"]
    assert (playback["prefix"], playback["thumbnails"]) == (served, "thumbnails.vtt")
    assert {each["Key"] for each in listed if each["Key"].startswith(served)} == {
        f"{served}index-thumbnail.0000000.jpg",
        f"{served}thumbnails.vtt",
    }
    assert Shelf(target, {}).picture("film", "index-thumbnail.0000000.jpg").startswith(b"\xff\xd8"), "the player's page shows it"
    assert {each["Key"].rpartition(".")[2] for each in listed if each["Key"].startswith(clear)} == {"m3u8", "ts"}
    assert not [each["Key"] for each in listed if not each["Key"].startswith((served, clear))]
    tried = [call for call in refused(emulator.calls()) if ACCOUNT in call.principal + call.resource]
    assert not tried, "a role or a service tried what its policies do not allow"
