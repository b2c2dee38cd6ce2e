"""Every control against its cases, in the pack's own process, over gRPC."""

from collections.abc import Iterator
from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2

from guard.control import Control
from guard.registry import controls
from tests.policy.case import Case, all_cases
from tests.policy.harness import LEVELS, Analyzer, analyzer, urn
from tests.policy.schema import misspelt, tokens

pytestmark = pytest.mark.slow

CONTROLS = {control.id: control for control in controls()}
CASES = all_cases()
VERDICTS = ("pass", "fail", "not applicable", "unknown")
JUDGES_THE_TYPE_ALONE = {"D1", "D1.2"}
"""Controls that read no property, so that none can be unknown to them."""


@pytest.fixture(scope="module")
def at_preview() -> Iterator[Analyzer]:
    with analyzer() as running:
        yield running


@pytest.fixture(scope="module")
def at_update() -> Iterator[Analyzer]:
    with analyzer({"PULUMI_DRY_RUN": "false"}) as running:
        yield running


def verdicts(reply: analyzer_pb2.AnalyzeResponse, case: Case) -> list[analyzer_pb2.AnalyzeDiagnostic]:
    """What the case's control says of the case's subject."""
    subject = urn(case.items[0].type, case.items[0].name)
    return [item for item in reply.diagnostics if item.policyName == case.control and item.urn == subject]


def judge(pack: Analyzer, case: Case, *, preview: bool = True) -> analyzer_pb2.AnalyzeResponse:
    pack.configure_stack(preview=preview, config={"marquee:platform": case.settings})
    entries: dict[str, dict[str, Any]] = {"pack": {"today": case.today}}
    pack.configure({**entries, case.control: case.config} if case.config else entries)
    return pack.analyze_stack(*case.items) if CONTROLS[case.control].stack else pack.analyze(case.items[0])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_control_gives_the_verdict_of_its_case(at_preview: Analyzer, case: Case) -> None:
    control, reply = CONTROLS[case.control], judge(at_preview, case)
    found = verdicts(reply, case)
    messages = [item.message for item in found]
    assert all(message.startswith(f"[{control.id} {control.severity}] ") for message in messages)
    assert not any("control error" in message for message in messages), messages
    deferred = [item for item in found if "] deferred: " in item.message]
    failed = [item for item in found if item not in deferred]
    declared = any(item.policy_name == control.id for item in reply.not_applicable)
    if case.verdict == "fail":
        assert failed
        assert case.at in "\n".join(item.message for item in failed)
        assert all(analyzer_pb2.EnforcementLevel.Name(item.enforcementLevel).lower() == control.level for item in failed)
    elif case.verdict == "unknown":
        assert deferred
        assert not failed, messages
        assert case.at in "\n".join(messages)
        assert all(item.enforcementLevel == analyzer_pb2.ADVISORY for item in deferred)
    else:
        assert not found, messages
        applies = case.items[0].type in control.types and not declared
        assert applies == (case.verdict == "pass")


@pytest.mark.parametrize("case", [case for case in CASES if case.verdict == "unknown"], ids=str)
def test_what_stays_unreadable_at_the_update_fails_closed(at_update: Analyzer, case: Case) -> None:
    found = verdicts(judge(at_update, case, preview=False), case)
    level = LEVELS[CONTROLS[case.control].level]
    assert any("cannot be verified" in item.message and item.enforcementLevel == level for item in found)


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.id)
def test_every_control_has_cases_of_all_four_verdicts(control: Control) -> None:
    covered = {case.verdict for case in CASES if case.control == control.id}
    assert covered == set(VERDICTS) - ({"unknown"} if control.id in JUDGES_THE_TYPE_ALONE else set())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_names_in_a_case_are_the_providers(case: Case) -> None:
    for item in case.items:
        assert misspelt(item.type, item.props) == []


@pytest.mark.parametrize("control", CONTROLS.values(), ids=lambda control: control.id)
def test_the_types_of_a_control_exist(control: Control) -> None:
    assert set(control.types) - {"pulumi:pulumi:Stack", "pulumi:providers:aws"} <= set(tokens())


def test_a_control_reads_its_name_from_its_file() -> None:
    for control in CONTROLS.values():
        assert control.check.__module__ == f"controls.{control.family}.{control.check.__name__}"
