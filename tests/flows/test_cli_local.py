"""The commands as a newcomer runs them: in a process of their own, on the emulated AWS."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from marquee.cli._sample import sample
from tests.graph.conftest import ROOT

pytestmark = pytest.mark.slow

MARQUEE = [sys.executable, "-c", "from marquee.cli import main; main()"]


def command(*arguments: str, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run([*MARQUEE, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, timeout=280, check=False)


def project_with(tmp_path: Path, **edits: str) -> Path:
    """A copy of the project, cheap by links, whose dev stack file has lines replaced."""
    for name in ("components", "marquee", "policy", "runtime", "__main__.py", "Pulumi.yaml", ".venv"):
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    text = (ROOT / "Pulumi.dev.yaml").read_text()
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "Pulumi.dev.yaml").write_text(text)
    return tmp_path


def test_up_deploys_a_stack_and_publishes_a_real_video_that_nobody_without_its_keys_can_see() -> None:
    done = command("local", "up", "--stack", "prod", "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    regions = set(report["outputs"]["regions"])
    assert {row["component"] for row in report["components"]} >= {f"plane-{region}" for region in regions} | {"global", "edge"}
    assert all(row["created"] > row["simulated"] for row in report["components"])
    assert report["title"]["media"]["video"][0]["codec"] == "AVC"
    assert report["title"]["media"]["durationMs"] == 8000
    assert report["title"]["status"] == "published"
    streams = report["streams"]
    assert {stream["label"] for stream in streams} == {"AUDIO", "SD"}
    assert not [stream for stream in streams if stream["problem"]]
    pictures = {each["name"] for each in report["title"]["playback"]["renditions"]}
    assert pictures < {stream["name"] for stream in streams if set(stream["manifests"]) == {"HLS", "DASH"}}
    assert report["refused_calls"] == []
    assert not [finding for finding in report["policies"] if finding["kind"] in ("mandatory", "deferred")]


def test_up_says_what_was_deployed_and_what_is_simulated() -> None:
    done = command("local", "up")
    assert done.returncode == 0, done.stderr
    for text in (
        "RegionalPlane",
        "MediaPipeline",
        "simulated",
        "Policies",
        "Outputs",
        "AVC 640x360 25 fps",
        "not even its first segment",
        "allow: 0",
    ):
        assert text in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_up_of_a_stack_whose_keys_are_elsewhere_deploys_it_and_says_why_nothing_is_ingested(tmp_path: Path) -> None:
    address = "https://keys.example.org/speke/v2.0"
    project = project_with(tmp_path, **{"clear_key: true": f"key_provider: {address}"})
    (ROOT / ".build").mkdir(exist_ok=True)
    (project / ".build").symlink_to(ROOT / ".build")  # where the code is packed
    done = command("local", "up", cwd=project)
    assert done.returncode == 0, done.stderr
    assert f"Ingested nothing: keys come from {address}" in done.stdout


def test_bad_settings_stop_before_anything_starts(tmp_path: Path) -> None:
    done = command("local", "up", cwd=project_with(tmp_path, **{"cidr: 10.20.0.0/16": "cidr: 8.8.0.0/16"}))
    assert done.returncode == 2
    assert "regions[0].cidr" in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_is_served_in_a_country_that_there_is_not() -> None:
    done = command("local", "serve", "--country", "ZZ")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--country ZZ is no country's code" in done.stderr


def test_a_mandatory_violation_stops_before_anything_is_created(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    text = (ROOT / "components" / "storage" / "bucket.py").read_text()
    (project / "components").unlink()
    subprocess.run(["cp", "-r", str(ROOT / "components"), str(project / "components")], check=True)
    assert "block_public_acls=True" in text
    (project / "components" / "storage" / "bucket.py").write_text(text.replace("block_public_acls=True", "block_public_acls=False"))
    for arguments in (("local", "up"), ("local", "preview")):
        done = command(*arguments, cwd=project)
        assert done.returncode == 3, done.stdout + done.stderr
        assert "P1" in done.stderr
        assert "Ingested" not in done.stdout


def test_outside_of_a_project_the_error_says_where_to_go(tmp_path: Path) -> None:
    done = command("local", "up", cwd=tmp_path)
    assert done.returncode == 2
    assert "clone" in done.stderr


@pytest.fixture
def served() -> Iterator["subprocess.Popen[str]"]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*MARQUEE, "local", "serve", "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_serve_answers_the_data_commands_and_leaves_nothing(served: "subprocess.Popen[str]", tmp_path: Path) -> None:
    assert served.stdout is not None
    lines: list[str] = []
    for line in served.stdout:
        lines.append(line)
        if line.rstrip() == "}":
            break
    report = json.loads("".join(lines))
    port = report["endpoint"].rpartition(":")[2]
    player = urlsplit(report["player"])
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{player.port}/", headers={"host": player.netloc})) as page:
        assert b"shaka-player.js" in page.read()
    film = sample(tmp_path)
    sheet = tmp_path / "sheet.png"
    accepted = command("ingest", str(film), "--title", "a-film", "--sheet", str(sheet), "--json")
    published = json.loads(accepted.stdout)
    assert published["status"] == "published", accepted.stderr
    assert set(published["vmaf"]) == {each["name"] for each in published["playback"]["renditions"]}
    assert all(50 < score <= 100 for score in published["vmaf"].values())
    assert sheet.read_bytes().startswith(b"\x89PNG")
    assert published["addresses"]["HLS"].endswith("/index.m3u8")
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[:200_000])
    refused = command("ingest", str(cut))
    assert refused.returncode == 1
    assert "truncated" in refused.stderr
    titles = json.loads(command("title", "list", "--json").stdout)
    assert {title["title"]: title["status"] for title in titles} == {"a-film": "published", "cut": "quarantined"}

    unasked = command("title", "takedown", "a-film", "--reason", "rights ended")
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    taken = command("title", "takedown", "a-film", "--reason", "rights ended", "--yes")
    assert taken.stdout.strip() == "a-film is taken down.", taken.stderr
    assert json.loads(command("title", "restore", "a-film", "--json").stdout)["status"] == "published"
    assert command("title", "quarantine", "nothing", "--reason", "x", "--yes").returncode == 1

    served.send_signal(signal.SIGINT)
    assert served.wait(timeout=30) == 0
    for closed in (int(port), player.port, report["dns_port"]):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", closed), timeout=5)
    assert command("title", "list").returncode == 2
