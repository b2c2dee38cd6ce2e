"""Nothing that is uploaded vanishes: bad files of every kind, and many at once, on the real stack `dev`."""

import json
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from marquee.domain import titles
from marquee.ingest import Upload, wait_for_record
from tests.flows.ingest_stack import Stack
from tests.flows.uploads import ELSEWHERE, WEBVTT, Sample, samples, source
from tests.flows.world import wait_for

pytestmark = pytest.mark.slow

SECONDS = 200.0


def put(stack: Stack, key: str, content: bytes) -> Upload:
    answer = stack.world("s3").put_object(Bucket=stack.bucket, Key=key, Body=content)
    return Upload(bucket=stack.bucket, key=key, version_id=answer["VersionId"], title_id=titles.title_of(key))


def send(stack: Stack, title: str, sample: Sample) -> Upload:
    for name, content in sample.beside.items():
        put(stack, f"{titles.MASTERS}{title}/{name}", content)
    return put(stack, f"{titles.MASTERS}{title}/{sample.name}" if title != "no-title" else f"{titles.MASTERS}{sample.name}", sample.content)


def became(record: Mapping[str, Any]) -> str:
    return record.get("reason") or record["outcome"]


def test_every_bad_upload_ends_in_quarantine_or_as_a_correct_title(stack: Stack, tmp_path: Path) -> None:
    put(stack, ELSEWHERE, b"somebody else's")
    sent = samples(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        uploads = dict(zip(sent, pool.map(lambda item: send(stack, *item), sent.items()), strict=True))
    records = {title: wait_for_record(stack.target, done, seconds=SECONDS) for title, done in uploads.items()}
    assert {title: became(record) for title, record in records.items()} == {title: sample.expected for title, sample in sent.items()}
    assert len(sent) >= 35

    for title, sample in sent.items():
        record = records[title]
        if record["outcome"] == "quarantined":
            assert stack.content(record["movedTo"]) == sample.content, title
            said = json.loads(stack.content(titles.reason_key(uploads[title].key, uploads[title].version_id)))
            assert (said["reason"], said["detail"]) == (record["reason"], record["detail"]), title
        else:
            assert stack.catalogue.title(title) is not None, title
    # Nothing of them is still where it was sent, companions neither.
    left = stack.world("s3").list_objects_v2(Bucket=stack.bucket, Prefix=titles.MASTERS).get("Contents", [])
    assert {item["Key"] for item in left if item["Key"].split("/")[1] in sent} <= {"masters/lies-of-title/film.mp4.json"}

    _check_titles(records)
    reads = {call.resource for call in stack.world.calls() if call.action.startswith("s3:Get") and ELSEWHERE in call.resource}
    assert not reads, "a file was read that another one points at"


def _check_titles(records: Mapping[str, Mapping[str, Any]]) -> None:
    def sizes(title: str) -> list[tuple[int, int]]:
        return [(each["width"], each["height"]) for each in records[title]["playback"]["renditions"]]

    assert records["silent"]["playback"]["audio"] == []
    assert all(width % 2 == height % 2 == 0 for width, height in sizes("odd-size"))
    assert records["odd-size"]["media"]["video"][0]["width"] == 321
    assert records["variable-rate"]["media"]["video"][0]["frameRate"] is None
    assert records["variable-rate"]["playback"]["renditions"][0]["frameRate"] == "25"
    high = records["high-range"]
    assert (high["media"]["video"][0]["dynamicRange"], high["media"]["leftOut"][0]["language"]) == ("PQ", "fr")
    assert abs(high["playback"]["durationMs"] - 2000) <= 50
    assert high["playback"]["renditions"][0]["frameRate"] == "24000/1001"
    assert abs(records["long-sound"]["playback"]["durationMs"] - 9000) <= 50
    assert {each["language"] for each in records["long-sound"]["playback"]["audio"]} == {"de"}
    honest = records["honest"]["playback"]
    assert [each["language"] for each in honest["captions"]] == ["en"]
    assert {each["language"] for each in honest["audio"]} == {"de"}


def test_a_companion_waits_for_its_master(stack: Stack) -> None:
    done = put(stack, "masters/later/film.mp4.en.vtt", WEBVTT)
    assert [each["status"] for each in stack.executions(done.key)] == ["SUCCEEDED"]
    assert stack.catalogue.attempt("later", done.version_id) is None
    assert stack.content(done.key) == WEBVTT


def test_fifty_uploads_at_once_reconcile(stack: Stack, tmp_path: Path) -> None:
    film = source(tmp_path, "film.mp4", seconds=1.2, sound=False)
    tasks = [("crowd", "film.mp4", film)] * 4  # versions of one title
    tasks += [(f"crowd-{number}", "film.mp4", film) for number in range(3)]
    tasks += [(f"crowd-bad-{number % 10}", f"{number}.mp4", f"no film {number}".encode()) for number in range(50 - len(tasks))]
    with ThreadPoolExecutor(16) as pool:
        sent = list(pool.map(lambda task: put(stack, f"{titles.MASTERS}{task[0]}/{task[1]}", task[2]), tasks))
    records = [wait_for_record(stack.target, done, seconds=SECONDS) for done in sent]

    # One record for each version that was sent, and none besides.
    for title in {title for title, _, _ in tasks}:
        mine = {done.version_id for done, (other, _, _) in zip(sent, tasks, strict=True) if other == title}
        recorded = [item["master"]["versionId"] for item in stack.catalogue.uploads(title)]
        assert Counter(recorded) == dict.fromkeys(mine, 1), title
    outcomes = Counter(record["outcome"] for record in records)
    assert outcomes["quarantined"] == 43
    assert outcomes["published"] + outcomes["superseded"] == 7
    assert outcomes["published"] >= 4

    # The newest plays, whole; the others are retired; every byte is somewhere.
    crowd = [record for record in records if record["title"] == "crowd"]
    newest = max(crowd, key=lambda record: record["sequencer"])
    title = stack.catalogue.title("crowd")
    assert title is not None
    assert (title["status"], title["version"]) == ("published", newest["version"])
    assert sum(stack.renditions("crowd", newest["version"]).values()) == title["playback"]["bytes"]
    stack.executions(sent[0].key)
    for record in crowd:
        if record is not newest and stack.renditions("crowd", record["version"]):
            assert wait_for(lambda version=record["version"]: titles.RETIRED_TAG in stack.tags("crowd", version)), record["version"]
    assert stack.tags("crowd", newest["version"]) == set()
    for record, (_, _, content) in zip(records, tasks, strict=True):
        where = record.get("movedTo")
        found = stack.content(where) if where else _kept(stack, record)
        assert found == content

    # As many refusals were told of as there are.
    for done, record in zip(sent, records, strict=True):
        kinds = Counter(event["detail-type"] for event in stack.told_of(done))
        assert kinds[titles.QUARANTINED_EVENT] == (record["outcome"] == "quarantined")
        assert kinds[titles.PUBLISHED_EVENT] == (record["outcome"] == "published")


def _kept(stack: Stack, record: Mapping[str, Any]) -> bytes:
    kept = record["kept"]
    return stack.world("s3").get_object(Bucket=kept["bucket"], Key=kept["key"], VersionId=kept["versionId"])["Body"].read()
