"""CEA-608 from a master's picture to what each encoder makes of it: WebVTT of MediaConvert's, the same pairs in Batch's pictures."""

import json
from pathlib import Path

import pytest

from marquee.domain.content_keys import Content
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.job import Caption
from marquee.domain.ladder.tracks import CaptionTrack
from marquee.emulator import Emulator
from runtime.publish.check import check
from tests import cea608
from tests.flows.batch_pieces import prepare
from tests.flows.ingest_stack import Stack
from tests.flows.key_provider_stack import HOME, Provider, deploy
from tests.flows.test_batch_encode import InMemory, planned, rights, workflow
from tests.flows.world import World, allow, wait_for

pytestmark = pytest.mark.slow

# The second is sent across the joint of two chunks, at picture 50.
SPOKEN = {3: "HELLO", 44: "WORLD!"}


@pytest.fixture(scope="module")
def captioned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("captioned") / "film.mp4"
    cea608.master(path, captions=SPOKEN)
    return path


def test_mediaconvert_makes_webvtt_of_them(stack: Stack, captioned: Path) -> None:
    _, record = stack.ingest(captioned, "captioned")
    assert (record["outcome"], record["media"]["closedCaptions"]) == ("published", [1])
    assert [each["language"] for each in record["playback"]["captions"]] == ["und"]
    files = stack.renditions("captioned", record["version"])
    segments = [name for name in sorted(files) if name.endswith(".vtt") and "cc1" in name]
    text = "".join(stack.rendition("captioned", record["version"], name).decode() for name in segments)
    assert all(spoken in text for spoken in SPOKEN.values())
    assert text.index("HELLO") < text.index("WORLD!")
    mpd = stack.rendition("captioned", record["version"], record["playback"]["dash"]).decode()
    assert 'contentType="text"' in mpd
    assert "cea-608" not in mpd
    assert any("cc1" in name and name.endswith(".cmft") for name in files)


def test_a_file_beside_it_in_its_language_is_kept_instead(stack: Stack, captioned: Path, tmp_path: Path) -> None:
    (tmp_path / captioned.name).write_bytes(captioned.read_bytes())
    (tmp_path / "film.en.vtt").write_text("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nWritten\n")
    (tmp_path / f"{captioned.name}.json").write_text(json.dumps({"language": "en", "captions": {"en": "film.en.vtt"}}))
    bucket = stack.world("s3")
    for name in ("film.en.vtt", f"{captioned.name}.json"):
        bucket.put_object(Bucket=stack.bucket, Key=f"masters/written/{name}", Body=(tmp_path / name).read_bytes())
    _, record = stack.ingest(tmp_path / captioned.name, "written")
    assert (record["outcome"], record["media"]["closedCaptions"]) == ("published", [1])
    assert [each["language"] for each in record["playback"]["captions"]] == ["en"]
    assert not [name for name in stack.renditions("written", record["version"]) if "cc1" in name]


@pytest.fixture(scope="module")
def own_provider(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """In an account without the queues of other tests."""
    return deploy(emulator, tmp_path_factory.mktemp("provider"), "246813579048")


def test_batch_passes_them_through_encrypted_pictures_and_joints(own_provider: Provider, captioned: Path, tmp_path: Path) -> None:
    provider = own_provider
    aws = provider.aws
    caption = Caption(track=CaptionTrack(kind="cea608", language="en"))
    plan = planned(aws, captioned, protection=Protection(), speke_url=provider.urls[HOME], captions=(caption,), embedded=True)
    assert len(plan.chunks()) == 2
    prepare(aws, *rights(plan), allow("execute-api:Invoke", provider.arns[HOME]), worker="marquee-keys-worker")
    assert _ended(aws, workflow(aws, plan)) == "SUCCEEDED"
    files = InMemory.below(aws, plan.job)
    problems, playback = check(plan.job, files)
    assert problems == []
    assert playback is not None
    assert playback["captions"] == [{"language": "en", "label": "en"}]
    master, mpd = files.read("index.m3u8").decode(), files.read("index.mpd").decode()
    assert 'TYPE=CLOSED-CAPTIONS,GROUP-ID="closed-captions",LANGUAGE="en",NAME="CC1",AUTOSELECT=YES,INSTREAM-ID="CC1"' in master
    assert "CLOSED-CAPTIONS=NONE" not in master
    variants = [line for line in master.splitlines() if line.startswith("#EXT-X-STREAM-INF:")]
    assert all(('CLOSED-CAPTIONS="closed-captions"' in line) == ("RESOLUTION=" in line) for line in variants)
    assert '<Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=en"/>' in mpd

    who = provider.role("marquee-keys-viewer", allow("execute-api:Invoke", provider.arns[HOME]))
    key = provider.keys(Content(plan.job.title_id, plan.job.version), who)["SD"]
    names = sorted(name for name in files.sizes if name.startswith("avc-") and name.endswith((".mp4", ".m4s")))
    stream, clear = tmp_path / "stream.mp4", tmp_path / "clear.mp4"
    stream.write_bytes(b"".join(files.read(name) for name in [names[-1], *names[:-1]]))
    cea608.media_files.ffmpeg("-decryption_key", key.key, "-i", stream, "-c", "copy", clear)
    assert cea608.shown(clear) == list(SPOKEN.values())


def _ended(aws: World, machine: str) -> str:
    states = aws("stepfunctions")
    arn = states.start_execution(stateMachineArn=machine, name="captions")["executionArn"]
    return wait_for(lambda: (now := states.describe_execution(executionArn=arn)["status"]) != "RUNNING" and now, 120)
