"""Reading any stack's export, and judging it: a made-up stack with known violations."""

import json
from pathlib import Path
from typing import Any

import pytest

from marquee.engine.findings import Finding
from marquee.errors import MarqueeError
from marquee.policies import judge, read_export
from marquee.policies.export import Export
from tests.policy.foreign import AWS, BUCKET, DATABASE, GROUP, SSE, preview, resource, resources, state, urn, written
from tests.policy.harness import PACK

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def of_state(tmp_path_factory: pytest.TempPathFactory) -> tuple[Export, tuple[Finding, ...]]:
    read = read_export(written(tmp_path_factory.mktemp("state"), state()))
    return read, judge(read, PACK)


@pytest.fixture(scope="module")
def of_preview(tmp_path_factory: pytest.TempPathFactory) -> tuple[Export, tuple[Finding, ...]]:
    read = read_export(written(tmp_path_factory.mktemp("preview"), preview()))
    return read, judge(read, PACK)


def by(findings: tuple[Finding, ...], control: str) -> set[str]:
    """Names of the resources in which the control finds fault."""
    return {finding.urn.rpartition("::")[2] for finding in findings if finding.policy == control and finding.blocks}


def test_a_state_is_read_without_what_waits_for_removal(of_state: tuple[Export, tuple[Finding, ...]]) -> None:
    read, _ = of_state
    assert (read.project, read.stack, read.preview) == ("shop", "live", False)
    names = [item["urn"].rpartition("::")[2] for item in read.resources]
    assert "old" not in names
    assert len(names) == len(resources()) - 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_an_export_is_read_as_a_windows_shell_writes_it(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(state()), encoding=encoding)
    assert read_export(path).project == "shop"


def test_a_preview_is_read_with_its_config_and_without_secrets(of_preview: tuple[Export, tuple[Finding, ...]]) -> None:
    read, _ = of_preview
    assert read.preview
    assert read.config == {"aws:region": "eu-west-1", "shop:key": "[secret]", "shop:size": '{"a": 1}'}
    assert urn(BUCKET, "gone") not in {item["urn"] for item in read.resources}


def test_split_resources_are_joined_by_property_dependencies(of_preview: tuple[Export, tuple[Finding, ...]]) -> None:
    _, findings = of_preview
    assert by(findings, "E1") == {"bare"}
    assert by(findings, "P1") == {"bare"}


def test_split_resources_are_joined_in_a_state(of_state: tuple[Export, tuple[Finding, ...]]) -> None:
    _, findings = of_state
    assert by(findings, "E1") == {"bare"}
    assert by(findings, "N1") == {"<b>open|door</b>"}


def test_what_was_removed_is_not_judged(of_state: tuple[Export, tuple[Finding, ...]]) -> None:
    _, findings = of_state
    assert {finding.urn for finding in findings if finding.urn.endswith("::old")} == set()
    assert {finding.policy for finding in findings if finding.urn == urn(DATABASE, "db")}


def test_a_literal_joins_too_where_no_dependency_is_told(tmp_path: Path) -> None:
    plain = [item for item in resources() if item["type"] != SSE]
    joined = resource(SSE, "data-sse", next(item for item in resources() if item["type"] == SSE)["inputs"])
    bucket = next(item for item in plain if item["urn"] == urn(BUCKET, "data"))
    bucket["outputs"]["bucket"] = "data-4f1"
    assert by(judge(read_export(written(tmp_path, state([*plain, joined]))), PACK), "E1") == {"bare"}
    assert by(judge(read_export(written(tmp_path, state(plain))), PACK), "E1") == {"bare", "data"}


def test_levels_and_exemptions_come_by_the_config(tmp_path: Path) -> None:
    read = read_export(written(tmp_path, state()))
    accepted = {
        "control": "N1",
        "resource": urn(GROUP, "<b>open|door</b>"),
        "reason": "A bastion.",
        "owner": "ops",
        "expires": "2999-01-01",
    }
    findings = judge(read, PACK, {"E1": "advisory", "P1": "disabled", "pack": {"exemptions": [accepted]}})
    assert by(findings, "E1") == by(findings, "N1") == set()
    assert {finding.level for finding in findings if finding.policy == "E1"} == {"advisory"}
    assert not any(finding.policy == "P1" for finding in findings)
    assert any("exempted until 2999-01-01 by ops" in finding.message for finding in findings if finding.policy == "N1")


def test_no_finding_quotes_ciphertext(of_state: tuple[Export, tuple[Finding, ...]], of_preview: tuple[Export, tuple[Finding, ...]]) -> None:
    assert "hunter2" not in f"{of_state[1]}{of_preview[1]}"


def test_a_preview_that_leaves_resources_out_is_refused_by_the_name_of_the_flag(tmp_path: Path) -> None:
    document = preview()
    document["changeSummary"]["same"] = 3
    with pytest.raises(MarqueeError) as refused:
        read_export(written(tmp_path, document))
    assert refused.value.exit_code == 2
    assert "--show-sames" in (refused.value.fix or "")


NO_URN: dict[str, Any] = {"type": AWS, "inputs": {}}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param("[" * 100_000, id="nested too deep"),
        pytest.param("resources:\n- urn: x", id="YAML"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param({}, id="an object of something else"),
        pytest.param({"deployment": None}, id="no deployment"),
        pytest.param({"deployment": {"resources": None}}, id="an empty stack"),
        pytest.param({"deployment": {"resources": {"a": 1}}}, id="resources as an object"),
        pytest.param({"deployment": {"resources": [1, 2]}}, id="resources that are numbers"),
        pytest.param({"deployment": {"resources": [NO_URN]}}, id="no URN"),
        pytest.param({"deployment": {"resources": [{"urn": "urn:pulumi:x", "type": AWS}]}}, id="half a URN"),
        pytest.param({"deployment": {"resources": [{"urn": urn(AWS, "x"), "type": 7}]}}, id="no type"),
        pytest.param({"changeSummary": {}, "steps": []}, id="a preview of nothing"),
        pytest.param({"changeSummary": {}, "steps": "x"}, id="steps as text"),
        pytest.param({"changeSummary": None, "steps": []}, id="no summary"),
        pytest.param({"changeSummary": {"create": 1}, "steps": [{"op": "create"}]}, id="a step without a resource"),
    ],
)
def test_what_is_no_stack_is_refused_with_a_way_to_make_one(tmp_path: Path, document: Any) -> None:
    with pytest.raises(MarqueeError) as refused:
        read_export(written(tmp_path, document))
    assert refused.value.exit_code == 2
    assert "pulumi" in (refused.value.fix or "")


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"\xff\xfe\x00")
    for given in (path, tmp_path / "missing", tmp_path):
        with pytest.raises(MarqueeError):
            read_export(given)


def test_a_file_too_large_for_a_message_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(401 * 1024 * 1024)  # sparse: takes no room
    with pytest.raises(MarqueeError, match="larger than"):
        read_export(path)


ODD_INPUTS = [None, [], "text", {"a": [[[{}]]]}, {"bucket": None, "tags": [1]}, {"ingress": "0.0.0.0/0"}]
ODD_REFERENCES: list[dict[str, Any]] = [
    {"propertyDependencies": ["x"]},
    {"propertyDependencies": {"a": 1}},
    {"dependencies": 1},
    {"provider": 7},
]


@pytest.fixture(scope="module")
def of_odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    """All that is odd, in one stack: a run of the pack takes a second."""
    types = (BUCKET, GROUP, DATABASE, SSE)
    odd = [
        {"urn": urn(type_, f"inputs-{n}"), "type": type_, "custom": True, "inputs": inputs}
        for n, inputs in enumerate(ODD_INPUTS)
        for type_ in types
    ]
    odd += [
        {"urn": urn(BUCKET, f"more-{n}"), "type": BUCKET, "custom": True, "inputs": {}, **more} for n, more in enumerate(ODD_REFERENCES)
    ]
    return judge(read_export(written(tmp_path_factory.mktemp("odd"), json.dumps(state(odd)))), PACK)


@pytest.mark.parametrize("number", range(len(ODD_INPUTS)))
def test_odd_inputs_are_judged_and_crash_nothing(of_odd: tuple[Finding, ...], number: int) -> None:
    findings = [finding for finding in of_odd if finding.urn.endswith(f"::inputs-{number}")]
    assert findings
    assert not [finding.message for finding in findings if "control error" in finding.message]


@pytest.mark.parametrize("number", range(len(ODD_REFERENCES)))
def test_odd_references_are_no_references(of_odd: tuple[Finding, ...], number: int) -> None:
    assert f"more-{number}" in by(of_odd, "E1")


def _odd(folder: Path, value: str) -> Path:
    return written(folder, json.dumps(state([resource(BUCKET, "odd", {"a": "VALUE"})])).replace('"VALUE"', value))


@pytest.mark.parametrize("value", ["NaN", "-Infinity", '{"a":' * 300 + "1" + "}" * 300], ids=["NaN", "infinity", "deep"])
def test_odd_values_hide_no_finding(tmp_path: Path, value: str) -> None:
    assert by(judge(read_export(_odd(tmp_path, value)), PACK), "E1") == {"odd"}


def test_text_that_no_message_can_carry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MarqueeError, match="not what Pulumi writes"):
        judge(read_export(_odd(tmp_path, '"\\ud800"')), PACK)
