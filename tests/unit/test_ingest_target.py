"""Where data commands go, and how it is found."""

import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from marquee.errors import MarqueeError
from marquee.ingest import Target, upload
from marquee.ingest.upload import title_id_for
from marquee.settings import Settings, load
from tests.graph.conftest import platform


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(platform("prod"), "prod")


class Emulator:
    """As much of one as a target asks for, on a port that answers."""

    def __init__(self, port: int):
        self.port = port

    def environment(self, account: str, region: str) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": f"https://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": account,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_CA_BUNDLE": "ca.pem",
            "AWS_REGION": region,
        }


@pytest.fixture
def listener() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_the_primary_region_is_the_default(settings: Settings) -> None:
    assert Target.of_emulator(Emulator(1), settings).region == settings.primary.name
    other = settings.regions[-1].name
    assert Target.of_emulator(Emulator(1), settings, other).environment["AWS_REGION"] == other


def test_a_region_that_the_stack_lacks_is_refused(settings: Settings) -> None:
    with pytest.raises(MarqueeError, match="has no region mars-north-1") as caught:
        Target.of_emulator(Emulator(1), settings, "mars-north-1")
    assert caught.value.exit_code == 2


def test_another_process_finds_a_served_emulator(tmp_path: Path, settings: Settings, listener: socket.socket) -> None:
    target = Target.of_emulator(Emulator(listener.getsockname()[1]), settings)
    assert Target.remembered_in(tmp_path, settings) is None
    with target.remembered(tmp_path):
        (note,) = (tmp_path / ".cache").iterdir()
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        found = Target.remembered_in(tmp_path, settings, settings.regions[-1].name)
        assert found is not None
        assert (found.stack, found.region) == ("prod", settings.regions[-1].name)
        assert found.environment["AWS_ENDPOINT_URL"] == target.environment["AWS_ENDPOINT_URL"]
        assert Target.remembered_in(tmp_path, load(platform("dev"), "dev")) is None
    assert not note.exists()


def test_a_note_of_an_emulator_that_is_gone_is_ignored(tmp_path: Path, settings: Settings, listener: socket.socket) -> None:
    with Target.of_emulator(Emulator(listener.getsockname()[1]), settings).remembered(tmp_path):
        listener.close()
        assert Target.remembered_in(tmp_path, settings) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"stack": "prod"}', '{"stack": "prod", "environment": {}}'])
def test_a_note_that_nobody_understands_is_ignored(text: str, tmp_path: Path, settings: Settings) -> None:
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "emulator.json").write_text(text)
    assert Target.remembered_in(tmp_path, settings) is None


def test_an_emulators_client_can_reach_nothing_else(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere.example")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")
    target = Target.of_emulator(Emulator(4567), settings)
    assert target.client("s3").meta.endpoint_url == "https://127.0.0.1:4567"


@pytest.mark.parametrize(
    ("name", "given", "title_id"),
    [("My Film (2019).mp4", None, "my-film-2019"), ("x.mp4", "my-film", "my-film"), ("a.tar.mp4", None, "a-tar")],
)
def test_a_title_id_is_given_or_made_of_the_name(name: str, given: str | None, title_id: str) -> None:
    assert title_id_for(Path(name), given) == title_id


@pytest.mark.parametrize(("name", "given"), [("日本.mp4", None), ("x.mp4", "My Film"), ("x.mp4", "")])
def test_no_title_id_is_an_error_of_input(name: str, given: str | None) -> None:
    with pytest.raises(MarqueeError) as caught:
        title_id_for(Path(name), given)
    assert caught.value.exit_code == 2


def test_a_missing_file_is_an_error_of_input(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(MarqueeError, match="is no file") as caught:
        upload(Target.of_emulator(Emulator(1), settings), tmp_path / "missing.mp4")
    assert caught.value.exit_code == 2
