"""`marquee policy`: exit codes, formats, files, the catalogue; and the page that is made of it."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from guard.registry import controls
from marquee.cli import policy
from marquee.errors import MarqueeError
from tests.policy.foreign import GROUP, preview, resource, state, urn, written
from tests.policy.harness import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the project, on a console on which no cell wraps."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(policy, "console", Console(width=300, color_system=None))


def run(*arguments: str, expect: int = 0) -> str:
    result = CliRunner().invoke(policy.app, arguments)
    if isinstance(result.exception, MarqueeError):
        assert result.exception.exit_code == expect
        return f"{result.exception}\n{result.exception.fix}"
    assert result.exit_code == expect, result.output
    return result.stdout


@pytest.fixture
def bad(tmp_path: Path) -> str:
    return str(written(tmp_path, state()))


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A group whose only rule is closed; the tags a default provider sets."""
    tags = {"owner": "o", "cost-centre": "c", "environment": "e", "service": "s", "data-class": "d"}
    group = resource(GROUP, "shut", {"description": "d", "vpcId": "vpc-1", "tags": tags})
    return str(written(tmp_path, state([group])))


def config(folder: Path, levels: Any) -> str:
    path = folder / "levels.json"
    path.write_text(levels if isinstance(levels, str) else json.dumps(levels))
    return str(path)


def test_a_violation_is_a_table_and_exit_3(bad: str) -> None:
    output = run("check", "--export", bad, expect=3)
    assert "<b>open|door</b>" in output
    assert "live: policies" in output
    assert "is stopped" in output


def test_nothing_mandatory_is_exit_0(good: str, tmp_path: Path) -> None:
    output = run("check", "--export", good, "--config", config(tmp_path, {"all": "advisory"}))
    assert output.rstrip().endswith("passes")


def test_a_stack_of_this_project_passes() -> None:
    assert "passes" in run("check", "--stack", "dev")


@pytest.mark.parametrize("arguments", [("--format", "json"), ("--json",)], ids=["format", "json"])
def test_json_is_one_document(bad: str, arguments: tuple[str, ...]) -> None:
    data = json.loads(run("check", "--export", bad, *arguments, expect=3))
    assert (data["stack"], data["preview"], data["passed"]) == ("live", False, False)
    assert {"N1", "E1"} <= {entry["control"] for entry in data["findings"]}


@pytest.mark.parametrize(("form", "start"), [("sarif", '{\n  "$schema"'), ("markdown", "### Policies: "), ("html", "<!doctype html>")])
def test_a_report_goes_to_a_file(bad: str, tmp_path: Path, form: str, start: str) -> None:
    out = tmp_path / "report"
    assert run("check", "--export", bad, "--format", form, "--out", str(out), expect=3) == ""
    assert out.read_text().startswith(start)
    assert run("check", "--export", bad, "--format", form, expect=3) == out.read_text()


def test_no_report_quotes_a_secret(bad: str, tmp_path: Path) -> None:
    of_preview = str(written(tmp_path, preview()))
    for form in policy.Format:
        for export in (bad, of_preview):
            assert "hunter2" not in run("check", "--export", export, "--format", form.value, expect=3)


def test_what_is_no_export_is_exit_2(tmp_path: Path) -> None:
    assert "pulumi stack export" in run("check", "--export", str(written(tmp_path, "{}")), expect=2)
    assert "missing" in run("check", "--export", str(tmp_path / "missing"), expect=2)


def test_the_config_sets_levels_parameters_and_exemptions(bad: str, tmp_path: Path) -> None:
    accepted = {
        "control": "N1",
        "resource": urn(GROUP, "<b>open|door</b>"),
        "reason": "A bastion.",
        "owner": "ops",
        "expires": "2999-01-01",
    }
    given = config(
        tmp_path,
        {
            "all": "disabled",
            "N1": "mandatory",
            "E1": {"enforcementLevel": "advisory"},
            "G1": {"enforcementLevel": "mandatory", "tags": ["flavour"]},
            "pack": {"enforcementLevel": "mandatory", "exemptions": [accepted]},
        },
    )
    data = json.loads(run("check", "--export", bad, "--config", given, "--json", expect=3))
    kinds = {(entry["control"], entry["kind"]) for entry in data["findings"]}
    assert kinds == {("N1", "exempted"), ("E1", "advisory"), ("G1", "mandatory")}
    assert all("flavour" in entry["message"] for entry in data["findings"] if entry["control"] == "G1")


def test_the_config_counts_for_a_stack_of_this_project_too(tmp_path: Path) -> None:
    given = config(tmp_path, {"G1": {"enforcementLevel": "mandatory", "tags": ["flavour"]}})
    data = json.loads(run("check", "--stack", "dev", "--config", given, "--json", expect=3))
    assert {entry["control"] for entry in data["findings"] if entry["kind"] == "mandatory"} == {"G1"}


@pytest.mark.parametrize(
    ("levels", "says"),
    [
        pytest.param({"Z99": "advisory"}, "no policy Z99", id="no such policy"),
        pytest.param({"E1": "loud"}, "'loud' is no level", id="no such level"),
        pytest.param({"E1": 7}, "7 is no level", id="a number"),
        pytest.param({"E1": None}, "None is no level", id="null"),
        pytest.param({"E1": {"enforcementLevel": 7}}, "7 is no level", id="a number within"),
        pytest.param({"L4": {"nonsense": 1}}, "no parameter nonsense", id="no such parameter"),
        pytest.param({"all": {"enforcementLevel": "advisory", "days": 1}}, "no parameters", id="parameters of all"),
        pytest.param([], "no JSON object", id="a list"),
        pytest.param("{", "cannot be read as JSON", id="no JSON"),
    ],
)
def test_a_config_that_would_be_ignored_is_refused(bad: str, tmp_path: Path, levels: Any, says: str) -> None:
    assert says in run("check", "--export", bad, "--config", config(tmp_path, levels), expect=2)


def test_list_shows_every_control() -> None:
    assert all(control.id in run("list") for control in controls()[:3])
    listed = json.loads(run("list", "--json"))
    assert [entry["id"] for entry in listed] == [control.id for control in controls()]
    assert all(entry["why"] and entry["fix"] and entry["types"] for entry in listed)
    assert {entry["id"] for entry in listed if entry["remediates"]} == {control.id for control in controls() if control.remediate}


def test_explain_says_what_a_control_wants() -> None:
    control = next(control for control in controls() if control.id == "E1")
    output = run("explain", "e1")
    assert all(text in output for text in (control.title, control.why, control.fix, *control.checkov, *control.types))
    assert json.loads(run("explain", "E1", "--json"))["fsbp"] == list(control.fsbp)


def test_explain_of_an_unknown_control_names_what_is_near() -> None:
    assert "E1" in run("explain", "E1.99", expect=2)
    assert "marquee policy list" in run("explain", "nothing-like-it", expect=2)


def test_the_page_of_controls_is_current() -> None:
    """Made by `marquee policy list --markdown > docs/policies.md`."""
    assert (ROOT / "docs/policies.md").read_text() == run("list", "--markdown")
