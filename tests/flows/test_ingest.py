"""Ingest on the emulated AWS: real files through the real stack `dev`, every call judged by its role's policies."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig

from marquee.cli import main
from marquee.domain import titles
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.recorder import refused
from marquee.engine import run
from marquee.ingest import Target, Upload, upload, wait_for_record
from marquee.settings import load, stack_file
from tests.flows.ingest_stack import Stack
from tests.flows.world import World, wait_for
from tests.media_files import AAC, AVC, SOUND, ffmpeg, picture

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "246813579024"
Marquee = Callable[..., tuple[int, Any, str]]

pytestmark = pytest.mark.slow


# Of the session, not the module: with stolen work a worker may come back to this module, and the account holds one stack.
@pytest.fixture(scope="session")
def stack(emulator: Emulator) -> Iterator[Stack]:
    raw = dict(stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform)
    raw["accounts"] = {**raw["accounts"], "workload": ACCOUNT}
    run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
    target = Target.of_emulator(emulator, load(raw, "dev"))
    world = World(emulator, ACCOUNT, target.region)
    bus = target.names.event_bus()
    rule = world("events").put_rule(Name="subscriber", EventBusName=bus, EventPattern=json.dumps({"source": [titles.EVENT_SOURCE]}))[
        "RuleArn"
    ]
    from_rule = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": world.arn("sqs", "subscriber"),
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    url, arn = world.queue("subscriber", from_rule)
    world("events").put_targets(Rule="subscriber", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    yield Stack(world, target, url)
    # Services' calls for other accounts of the same emulator are other tests' business.
    tried = [call for call in refused(world.calls()) if ACCOUNT in call.principal + call.resource]
    assert not tried, "a role or a service tried what its policies do not allow"


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "My Film (final) é+.mp4"
    ffmpeg(*picture(), *SOUND, *AVC, *AAC, "-movflags", "+faststart", path)
    return path


@pytest.fixture(scope="session")
def broken(film: Path) -> Path:
    path = film.with_name("broken.mp4")
    path.write_bytes(film.read_bytes()[:-1000])
    return path


def test_a_sound_master_becomes_a_title(stack: Stack, film: Path) -> None:
    done, record = stack.ingest(film, "sound")
    assert done.key == f"masters/sound/{film.name}"
    assert record["outcome"] == "ingested"
    assert record["media"]["video"] == [{"codec": "AVC", "width": 320, "height": 180, "frameRate": "25/1"}]
    assert [(track["codec"], track["channels"]) for track in record["media"]["audio"]] == [("AAC", 2)]
    assert (record["media"]["segments"], record["media"]["gopFrames"]) == (1, 50)  # segments of 6 s, key frames every 2 s

    title = stack.catalogue.title("sound")
    assert title is not None
    assert title["status"] == "ingested"
    assert title["media"] == record["media"]
    assert title["master"] == record["master"]
    assert title["master"]["versionId"] == done.version_id
    assert title["master"]["size"] == film.stat().st_size
    assert title in list(stack.catalogue.titles("ingested"))
    assert stack.catalogue.uploads("sound") == [record]

    (event,) = stack.events_of(done)
    assert (event["source"], event["detail-type"]) == (titles.EVENT_SOURCE, titles.INGESTED_EVENT)
    assert event["detail"]["titleId"] == "sound"
    assert event["detail"]["media"] == record["media"]

    probe = stack.target.names.role("probe", stack.target.region)
    used = {call.action for call in stack.world.calls() if call.role == probe}
    assert "s3:GetObjectVersion" in used
    assert not used & {"s3:PutObject", "s3:DeleteObject", "s3:ListBucket"}


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
    assert len(events) == 1

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
    assert record["outcome"] == "ingested"
    assert record["master"]["etag"].endswith("-3")
    assert len(stack.executions(done.key)) == 1
    assert len(stack.events_of(done)) == 1


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
    assert [item["outcome"] for item in stack.catalogue.uploads("kept")] == ["quarantined", "ingested"]


def test_an_upload_that_comes_late_does_not_replace_a_newer_one(stack: Stack, tmp_path: Path, film: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film.read_bytes())
    older, record = stack.ingest(path, "late")
    newer, _ = stack.ingest(path, "late")
    title = stack.catalogue.title("late")
    assert title is not None
    assert title["master"]["versionId"] == newer.version_id

    # As if the older upload's event had been held up: nothing is recorded of it yet.
    stack.world("dynamodb").delete_item(TableName=stack.target.names.table("catalogue"), Key={titles.KEY: {"S": record[titles.KEY]}})
    event = stack.event_of(older)
    assert event is not None
    assert stack.deliver_again(event, "late") == "SUCCEEDED"

    late = stack.catalogue.upload("late", older.version_id)
    assert late is not None
    assert late["outcome"] == "superseded"
    assert stack.catalogue.title("late") == title
    assert len(stack.events_of(older)) == 1  # of its first delivery


def test_a_key_without_a_title_vanishes_no_more_than_others(stack: Stack, film: Path) -> None:
    key = "masters/just-a-file.mp4"
    answer = stack.world("s3").put_object(Bucket=stack.bucket, Key=key, Body=film.read_bytes())
    done = Upload(bucket=stack.bucket, key=key, version_id=answer["VersionId"], title_id=titles.UNKNOWN)
    record = wait_for_record(stack.target, done, seconds=60)
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
        code, record, _ = marquee("ingest", film)
        assert (code, record["outcome"], record["title"]) == (0, "ingested", "my-film-final")
        code, title, _ = marquee("title", "show", "my-film-final")
        assert (code, title["media"], title["uploads"]) == (0, record["media"], [record])
        code, listed, _ = marquee("title", "list", "--status", "ingested")
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
        assert wait_for_record(stack.target, Upload(**done), seconds=60)["outcome"] == "ingested"

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
