"""Ingest on the emulated AWS: real files through the real stack `dev`, every call judged by its role's policies."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from marquee.cli import main
from marquee.domain import titles
from marquee.ingest import Upload, upload, wait_for_record
from marquee.settings import stack_file
from tests.flows.ingest_stack import ACCOUNT, ROOT, Stack
from tests.flows.world import wait_for

Marquee = Callable[..., tuple[int, Any, str]]

pytestmark = pytest.mark.slow


def test_a_sound_master_becomes_a_title_that_plays(stack: Stack, film: Path) -> None:
    done, record = stack.ingest(film, "sound")
    assert done.key == f"masters/sound/{film.name}"
    assert record["outcome"] == "published"
    assert record["media"]["video"] == [
        {"codec": "AVC", "width": 320, "height": 180, "frameRate": "25/1", "dynamicRange": "SDR", "endsMs": 3000}
    ]
    assert [(track["codec"], track["channels"]) for track in record["media"]["audio"]] == [("AAC", 2)]
    # segments of 6 s, key frames every 2 s
    assert (record["media"]["segments"], record["media"]["gopFrames"], record["media"]["encodeRate"]) == (1, 50, "25")

    title = stack.catalogue.title("sound")
    assert title is not None
    assert (title["status"], title["version"]) == ("published", titles.version_of(done.version_id))
    for field in ("media", "master", "playback", "kept"):
        assert title[field] == record[field], field
    assert title["master"]["versionId"] == done.version_id
    assert title["master"]["size"] == film.stat().st_size
    assert title in list(stack.catalogue.titles("published"))
    assert stack.catalogue.uploads("sound") == [record]

    ingested, published = stack.events_of(done)
    assert [(each["source"], each["detail-type"]) for each in (ingested, published)] == [
        (titles.EVENT_SOURCE, titles.INGESTED_EVENT),
        (titles.EVENT_SOURCE, titles.PUBLISHED_EVENT),
    ]
    assert ingested["detail"]["media"] == record["media"]
    assert (published["detail"]["playback"], published["detail"]["replaces"]) == (title["playback"], None)


def test_what_plays_is_there_and_encrypted(stack: Stack, film: Path) -> None:
    _, record = stack.ingest(film, "playable")
    playback = record["playback"]
    files = stack.renditions("playable", record["version"])
    assert {playback["hls"], playback["dash"], playback["thumbnails"]} <= set(files)
    assert sum(files.values()) == playback["bytes"]
    assert playback["prefix"] == titles.rendition_prefix("playable", record["version"])
    assert [(each["width"], each["height"], each["key"]) for each in playback["renditions"]] == [(320, 180, "SD")]
    assert (playback["scheme"], set(playback["keys"])) == ("cbcs", {"AUDIO", "SD"})
    thumbnails = stack.rendition("playable", record["version"], playback["thumbnails"]).decode()
    assert f"#xywh=0,0,{160},{90}" in thumbnails
    assert {line.partition("#")[0] for line in thumbnails.splitlines() if "#xywh" in line} <= set(files)
    for name in files:
        if name.endswith(".m3u8") and name != playback["hls"] and "thumbnail" not in name:
            assert b"METHOD=SAMPLE-AES" in stack.rendition("playable", record["version"], name), name


def test_an_accepted_master_moves_to_the_masters(stack: Stack, film: Path) -> None:
    done, record = stack.ingest(film, "moved")
    kept = record["kept"]
    assert kept["key"] == f"moved/{record['version']}/master.mp4"
    assert kept["bucket"] == stack.target.names.bucket("masters", stack.target.region)
    found = stack.world("s3").get_object(Bucket=kept["bucket"], Key=kept["key"], VersionId=kept["versionId"])
    assert found["Body"].read() == film.read_bytes()
    with pytest.raises(stack.world("s3").exceptions.NoSuchKey):
        stack.content(done.key)
    assert stack.content(done.key, done.version_id) == film.read_bytes()

    probe = stack.target.names.role("probe", stack.target.region)
    used = {call.action for call in stack.world.calls() if call.role == probe}
    assert "s3:GetObjectVersion" in used
    assert not used & {"s3:PutObject", "s3:DeleteObject"}


def test_a_truncated_master_ends_in_quarantine_and_nothing_is_lost(stack: Stack, broken: Path) -> None:
    done, record = stack.ingest(broken, "cut")
    assert (record["outcome"], record["reason"]) == ("quarantined", "truncated")
    assert stack.content(record["movedTo"]) == broken.read_bytes()
    said = json.loads(stack.content(titles.reason_key(done.key, done.version_id)))
    assert (said["reason"], said["detail"], said["version"]) == ("truncated", record["detail"], done.version_id)

    assert stack.content(done.key, done.version_id) == broken.read_bytes()
    with pytest.raises(stack.world("s3").exceptions.NoSuchKey):
        stack.content(done.key)

    title = stack.catalogue.title("cut")
    assert title is not None
    assert (title["status"], title["reason"]) == ("quarantined", "truncated")
    (event,) = stack.events_of(done)
    assert event["detail-type"] == titles.QUARANTINED_EVENT
    assert (event["detail"]["reason"], event["detail"]["movedTo"]) == ("truncated", record["movedTo"])


@pytest.mark.parametrize("kind", ["film", "broken"])
def test_a_second_delivery_changes_nothing(kind: str, stack: Stack, request: pytest.FixtureRequest) -> None:
    title_id = f"again-{kind}"
    done, record = stack.ingest(request.getfixturevalue(kind), title_id)
    (first,) = stack.executions(done.key)
    events, versions, title = stack.events_of(done), stack.versions(), stack.catalogue.title(title_id)
    assert len(events) == (2 if kind == "film" else 1)

    assert stack.deliver_again(first["input"], f"second-{kind}") == "SUCCEEDED"

    assert stack.catalogue.uploads(title_id) == [record]
    assert stack.catalogue.title(title_id) == title
    assert stack.versions() == versions
    assert stack.events_of(done) == events


def test_deliveries_side_by_side_leave_one_record_and_one_event(stack: Stack, broken: Path) -> None:
    done, record = stack.ingest(broken, "race")
    # Another version of the same content, whose record is not there yet, delivered five times at once.
    fresh = upload(stack.target, broken, title="race")
    states = stack.world("stepfunctions")
    own = wait_for(lambda: stack.event_of(fresh), seconds=20)
    for number in range(4):
        states.start_execution(stateMachineArn=stack.machine, name=f"race-{number}", input=own)
    assert [each["status"] for each in stack.executions(done.key)] == ["SUCCEEDED"] * 6
    assert len(stack.events_of(fresh)) == 1
    assert {item["master"]["versionId"] for item in stack.catalogue.uploads("race")} == {done.version_id, fresh.version_id}
    assert record in stack.catalogue.uploads("race")
    copies = [key for key, _ in stack.versions() if key.startswith(titles.QUARANTINE) and fresh.version_id in key]
    assert set(copies) == {titles.quarantine_key(fresh.key, fresh.version_id), titles.reason_key(fresh.key, fresh.version_id)}


def test_an_upload_in_parts_is_ingested_once(stack: Stack, tmp_path: Path, film: Path) -> None:
    mib = 1024 * 1024
    large = tmp_path / "large.mp4"
    large.write_bytes(film.read_bytes() + (12 * mib).to_bytes(4) + b"free" + bytes(12 * mib - 8))
    done, record = stack.ingest(large, "parts", transfer=TransferConfig(multipart_threshold=5 * mib, multipart_chunksize=5 * mib))
    assert record["outcome"] == "published"
    assert record["master"]["etag"].endswith("-3")
    assert len(stack.executions(done.key)) == 1
    assert len(stack.events_of(done)) == 2


def test_a_refused_upload_does_not_replace_a_sound_one(stack: Stack, tmp_path: Path, film: Path, broken: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film.read_bytes())
    sound, _ = stack.ingest(path, "kept")
    before = stack.catalogue.title("kept")
    path.write_bytes(broken.read_bytes())
    worse, record = stack.ingest(path, "kept")

    assert (worse.key, record["outcome"]) == (sound.key, "quarantined")
    assert stack.catalogue.title("kept") == before
    assert stack.content(sound.key, sound.version_id) == film.read_bytes()
    assert [item["outcome"] for item in stack.catalogue.uploads("kept")] == ["quarantined", "published"]


def test_an_upload_that_comes_late_does_not_replace_a_newer_one(stack: Stack, tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film.read_bytes())
    older, record = stack.ingest(path, "late")
    newer, _ = stack.ingest(path, "late")
    title = stack.catalogue.title("late")
    assert title is not None
    assert title["master"]["versionId"] == newer.version_id
    assert stack.events_of(newer)[-1]["detail"]["replaces"] == record["version"]

    # As if the older upload's event had been held up: nothing is recorded of it yet.
    stack.world("dynamodb").delete_item(TableName=stack.target.names.table("catalogue"), Key={titles.KEY: {"S": record[titles.KEY]}})
    event = stack.event_of(older)
    assert event is not None
    assert stack.deliver_again(event, "late") == "SUCCEEDED"

    late = stack.catalogue.upload("late", older.version_id)
    assert late is not None
    assert late["outcome"] == "superseded"
    assert stack.catalogue.title("late") == title
    assert len(stack.events_of(older)) == 2  # of its first delivery


def test_a_replaced_version_is_retired_and_the_one_that_plays_is_not(stack: Stack, tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film.read_bytes())
    older, first = stack.ingest(path, "replaced")
    newer, second = stack.ingest(path, "replaced")
    assert [each["status"] for each in stack.executions(newer.key)] == ["SUCCEEDED"] * 2
    assert older.version_id != newer.version_id
    assert stack.tags("replaced", first["version"]) == {titles.RETIRED_TAG}
    assert stack.tags("replaced", second["version"]) == set()


def test_a_key_without_a_title_vanishes_no_more_than_others(stack: Stack, film: Path) -> None:
    key = "masters/just-a-file.mp4"
    answer = stack.world("s3").put_object(Bucket=stack.bucket, Key=key, Body=film.read_bytes())
    done = Upload(bucket=stack.bucket, key=key, version_id=answer["VersionId"], title_id=titles.UNKNOWN)
    record = wait_for_record(stack.target, done, seconds=120)
    assert (record["outcome"], record["reason"]) == ("quarantined", "bad_key")
    assert stack.content(record["movedTo"]) == film.read_bytes()
    assert stack.catalogue.title(titles.UNKNOWN) is None
    assert len(stack.events_of(done)) == 1


def test_an_execution_that_fails_is_kept_among_the_dead_letters(stack: Stack) -> None:
    assert stack.deliver_again("{}", "malformed") == "FAILED"
    sqs = stack.world("sqs")
    url = sqs.get_queue_url(QueueName=stack.target.names.queue("dead-letters"))["QueueUrl"]

    def letters() -> list[dict[str, Any]]:
        return [json.loads(message["Body"]) for message in sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", [])]

    (letter,) = wait_for(letters)
    assert letter["detail-type"] == "Step Functions Execution Status Change"
    assert letter["detail"]["executionArn"].endswith(":malformed")
    assert letter["detail"]["input"] == "{}"


class TestCommands:
    """`marquee ingest` and `marquee title`, on a running emulator that another process serves."""

    @pytest.fixture(autouse=True)
    def project(self, stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        (tmp_path / "components").mkdir()
        (tmp_path / "Pulumi.yaml").write_text("name: marquee\n")
        dev = (ROOT / "Pulumi.dev.yaml").read_text()
        account = stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform["accounts"]["workload"]
        (tmp_path / "Pulumi.dev.yaml").write_text(dev.replace(account, ACCOUNT))
        monkeypatch.chdir(tmp_path)
        with stack.target.remembered(tmp_path):
            yield
        assert not (tmp_path / ".cache" / "emulator.json").exists()

    @pytest.fixture
    def marquee(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Marquee:
        def command(*arguments: str | Path) -> tuple[int, Any, str]:
            """Exit code, the JSON on standard output, and what was said on standard error."""
            monkeypatch.setattr("sys.argv", ["marquee", *map(str, arguments), "--json"])
            with pytest.raises(SystemExit) as end:
                main()
            said = capsys.readouterr()
            return int(end.value.code or 0), json.loads(said.out or "null"), said.err

        return command

    def test_a_sound_file(self, marquee: Marquee, film: Path) -> None:
        code, shown, _ = marquee("ingest", film, "--no-vmaf")
        assert (code, shown["status"], shown["title"]) == (0, "published", "my-film-final")
        code, title, _ = marquee("title", "show", "my-film-final")
        assert (code, title["playback"]) == (0, shown["playback"])
        assert [item["outcome"] for item in title["uploads"]] == ["published"]
        code, listed, _ = marquee("title", "list", "--status", "published")
        assert code == 0
        assert "my-film-final" in {item["title"] for item in listed}

    def test_a_refused_file_ends_with_1_and_the_reason(self, marquee: Marquee, broken: Path) -> None:
        code, record, said = marquee("ingest", broken, "--title", "refused")
        assert (code, record["reason"]) == (1, "truncated")
        assert record["movedTo"] in json.loads(said)["fix"]
        assert {item["title"] for item in marquee("title", "list", "--status", "quarantined")[1]} >= {"refused"}

    def test_without_waiting(self, marquee: Marquee, stack: Stack, film: Path) -> None:
        code, done, _ = marquee("ingest", film, "--title", "no-wait", "--no-wait")
        assert (code, done["title_id"]) == (0, "no-wait")
        assert wait_for_record(stack.target, Upload(**done), seconds=120)["outcome"] == "published"

    @pytest.mark.parametrize(
        ("arguments", "code", "what"),
        [
            (("ingest", "no-such-file.mp4"), 2, "is no file"),
            (("ingest", "Pulumi.yaml", "--title", "Not A Slug"), 2, "is no title id"),
            (("ingest", "Pulumi.yaml", "--region", "mars-north-1"), 2, "has no region mars-north-1"),
            (("title", "show", "no-such-title"), 1, "there is no title"),
        ],
    )
    def test_what_cannot_be_done_is_said(self, arguments: tuple[str, ...], code: int, what: str, marquee: Marquee) -> None:
        found, nothing, said = marquee(*arguments)
        assert (found, nothing) == (code, None)
        assert what in json.loads(said)["error"]
