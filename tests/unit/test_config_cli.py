"""`marquee config`: what it prints and how it ends, for people and for machines."""

import json
from pathlib import Path

import pytest
from rich.console import Console
from ruamel.yaml import YAML
from typer.testing import CliRunner

from marquee.cli import config
from marquee.errors import MarqueeError
from marquee.settings import load
from marquee.settings._platform import Platform
from marquee.settings._section import settings_below
from marquee.settings.reference import entries, explain
from marquee.settings.schema import stack_file_schema
from tests.strategies import edit, existing, mature, starter

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the stacks of this one, and its schema."""
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    (tmp_path / "components").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A console on which no cell wraps, whatever terminal runs the tests."""
    monkeypatch.setattr(config, "console", Console(width=200, color_system=None))


def run(*arguments: str, expect: int = 0) -> str:
    result = CliRunner().invoke(config.app, arguments)
    if isinstance(result.exception, MarqueeError):
        assert result.exception.exit_code == expect
        return f"{result.exception}\n{result.exception.fix}"
    assert result.exit_code == expect, result.output
    return result.output


def spoil(project: Path, old: str, new: str) -> None:
    path = project / "Pulumi.dev.yaml"
    path.write_text(path.read_text().replace(old, new))


def test_check_of_a_good_stack_says_so(project: Path):
    assert run("check").split("(")[0].strip() == "ok Pulumi.dev.yaml: stack dev, 1 region"
    assert run("check", "--stack", "prod").strip() == "ok Pulumi.prod.yaml: stack prod, 3 regions"


def test_check_of_a_bad_stack_is_a_table_and_exit_2(project: Path):
    spoil(project, "name: eu-west-1", "name: eu-wets-1")
    output = run("check", expect=2)
    assert "Traceback" not in output
    for text in ("line", "path", "value", "why", "fix", "regions[0].name", "'eu-wets-1'", "did you mean eu-west-1?"):
        assert text in output


def test_check_shows_markup_as_it_stands(project: Path):
    spoil(project, "owner: streaming-platform", "owner: '[bold]x[/nope]'")
    assert "[bold]x[/nope]" in run("check", expect=2)


def test_a_narrow_terminal_cuts_no_path(project: Path, monkeypatch: pytest.MonkeyPatch):
    spoil(project, "cost_centre: cc-1234", "cost_centre: 5")
    monkeypatch.setattr(config, "console", Console(width=40))
    cells = [line.split("│")[2].strip() for line in run("check", expect=2).splitlines() if line.startswith("│")]
    assert "".join(cells) == "identity.cost_centre"


def test_check_as_json(project: Path):
    assert json.loads(run("check", "--json")) == {"stack": "dev", "file": "Pulumi.dev.yaml", "ok": True, "problems": []}
    spoil(project, "profile: starter", "profile: start")
    found = json.loads(run("check", "--json", expect=2))
    assert found["ok"] is False
    assert found["problems"] == [
        {"path": "profile", "value": "'start'", "why": "is none of the choices", "fix": "did you mean starter?", "line": 10}
    ]


def test_check_of_a_file_elsewhere_takes_the_stack_from_its_name(project: Path):
    other = project / "Pulumi.blue.yaml"
    (project / "Pulumi.dev.yaml").rename(other)
    assert "stack blue" in run("check", "--file", str(other))
    assert "stack green" in run("check", "--file", str(other), "--stack", "green")
    nameless = other.rename(project / "settings.yaml")
    assert "add --stack" in run("check", "--file", str(nameless), expect=2)


def test_an_unknown_stack_names_those_there_are(project: Path):
    assert "stacks here: dev, prod" in run("check", "--stack", "staging", expect=2)
    assert "stacks here: dev, prod" in run("show", "--stack", "../dev", expect=2)


def test_an_empty_name_is_no_stack(project: Path):
    assert "there is no Pulumi..yaml" in run("check", "--stack", "", expect=2)


def test_show_says_where_each_value_comes_from(project: Path):
    lines = [line.split() for line in run("show", "--stack", "prod").splitlines()]
    assert ["network.az_count", "3", "profile", "mature"] in lines
    assert ["regions[1].name", "us-east-1", "stack", "file"] in lines
    assert ["media.quarantine_days", "30", "default"] in lines
    assert ["observability.slo.latency_p99_ms", "400", "stack", "file"] in lines


def test_show_as_json_loads_again(project: Path):
    shown = json.loads(run("show", "--stack", "prod", "--json"))
    assert load(shown["settings"], "prod").network.az_count == 3
    assert shown["origin"]["network.az_count"] == "profile"
    assert shown["origin"]["security.residency"] == "stack file"
    assert set(shown["origin"].values()) == {"stack file", "profile", "default"}


def test_show_of_a_bad_stack_ends_like_check(project: Path):
    spoil(project, "10.20.0.0/16", "10.20.0.0/24")
    assert "is not a /16 to /20" in run("show", expect=2)


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("network.az_count", ["a whole number from 2 to 6", "2 in starter, 3 in mature"]),
        ("regions[0].cidr", ["regions[].cidr", "an IPv4 block", "it is required", "10.20.0.0/16"]),
        ("regions.cidr", ["regions[].cidr"]),
        ("network.existing.eu-west-1.vpc_id", ["network.existing.<name>.vpc_id", "vpc-0123456789abcdef0"]),
        ("network", ["a section", "network.nat", "network.reserved_cidrs"]),
        ("security.exemptions", ["security.exemptions[].expires"]),
        ("observability.log_retention_days", ["one of 1, 3, 5", "30 in starter, 365 in mature"]),
        ("edge.hosted_zone_id", ["null", "Z0123456789ABCDEFGHIJ"]),
    ],
)
def test_explain(path: str, texts: list[str]):
    output = run("explain", path)
    for text in texts:
        assert text in output


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("network.natt", "network.nat"),
        ("latency", "observability.slo.latency_p99_ms"),
        ("zones", "regions[].zones"),
        ("netwrok.nat", "network.nat"),
        ("quux", "list all with"),
        ("", "list all with"),
        ("[", "list all with"),
    ],
)
def test_explain_of_an_unknown_path_suggests_near_ones(path: str, near: str):
    assert near in run("explain", path, expect=2)


def test_explain_without_a_path_lists_every_setting():
    output = run("explain")
    for setting in settings_below(Platform):
        if not explain(setting.path).fields:
            assert setting.path in output
    assert len(json.loads(run("explain", "--json"))) == len(entries())


def test_every_setting_is_documented():
    for path, entry in entries().items():
        assert len(entry.doc) > 10, path
        assert entry.doc.endswith((".", ")")), path
        assert entry.takes, path


def test_every_example_in_the_docs_is_accepted():
    """Each example, put into a configuration that has its section, loads."""
    exemption = {"control": "N3", "resource": "*::x", "reason": "because it must be", "owner": "team", "expires": "2027-01-31"}
    base = edit(mature(), "security.exemptions", [exemption])
    schedule = {"start": "cron(0 9 ? * * *)", "stop": "cron(0 10 ? * * *)", "timezone": "Europe/Dublin"}
    channel = {"name": "arts", "region": "eu-west-1", "input": "rtmp_push", "allowed_cidrs": ["198.51.100.0/24"], "schedule": schedule}
    caller = {"name": "arts", "region": "eu-west-1", "input": "srt_caller"}
    examples = [(entry.path, YAML(typ="safe").load(entry.example)) for entry in entries().values() if entry.example]
    assert len(examples) >= 15
    for path, value in examples:
        if "<name>" in path:
            raw = edit(edit(starter(), "network", existing(["eu-west-1"])), path.replace("<name>", "eu-west-1"), value)
        elif path == "network.reserved_cidrs":
            raw = edit(base, path, value)
        elif path in {"playback.issuer", "playback.audience"}:  # neither goes without the other
            given = {"issuer": "https://login.example.org", "audience": ["player"]}
            raw = edit(base, "playback", given | {path.partition(".")[2]: value})
        elif path.startswith("live.channels"):
            channels = [caller if "srt_sources" in path else channel]
            raw = edit(edit(base, "live.channels", channels), path.replace("[]", "[0]"), value)
        elif path == "regions[].zones":
            raw = edit(base, "regions[0].zones", value)
        else:
            raw = edit(base, path.replace("[]", "[0]"), value)
        load(raw, "dev")


def test_the_schema_file_is_current():
    assert json.loads((ROOT / config.SCHEMA).read_text()) == stack_file_schema(), "run `marquee config schema`"


def test_schema_writes_and_checks_the_file(project: Path):
    assert "out of date" in run("schema", "--check", expect=1)
    assert "is written" in run("schema")
    assert "is current" in run("schema", "--check")
    assert json.loads((project / config.SCHEMA).read_text()) == json.loads(run("schema", "--json"))
