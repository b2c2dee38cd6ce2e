"""The project's own stacks meet every control, and what a preview cannot tell yet is pinned."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pytest

from guard.control import Control, Severity
from guard.registry import controls
from tests.policy.stacks import OWN, STACKS, deferred, judged, judged_at, platform

pytestmark = pytest.mark.slow

DEFERRED: Final = Path(__file__).parent / "deferred.json"
"""Stack → control → results left to the update. Review each change, then `python -m tests.policy.stacks > tests/policy/deferred.json`."""

CRITICAL_MAY_DEFER: Final = {
    "I20": "The key provider's API policy names the API, whose id AWS chooses; tests/graph/test_key_provider.py reads it deployed.",
    "S2": "Variables that hold outputs (a key's ARN, a queue's URL) are known once these are made.",
}
"""Critical controls that may wait for the update, and why nothing better is to be had."""

CONTROLS: Final[dict[str, Control]] = {control.id: control for control in controls()}


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_meets_every_control(stack: str, preview: bool) -> None:
    result = judged(stack, preview=preview)
    assert [f"{finding.urn}: {finding.message}" for finding in result.findings if finding.blocks] == []
    assert result.graph is not None
    assert len(result.graph) > 100


@pytest.mark.parametrize("stack", STACKS)
def test_every_finding_that_does_not_block_is_exempted_or_deferred(stack: str) -> None:
    rest = [finding.message for finding in judged(stack, preview=True).findings if not finding.blocks and not finding.deferred]
    assert [message for message in rest if "] exempted until " not in message] == []


@pytest.mark.parametrize("stack", STACKS)
def test_an_exemption_has_a_reason_an_owner_and_a_day_to_come(stack: str) -> None:
    today = datetime.now(UTC).date()
    for exemption in platform(stack).get("security", {}).get("exemptions", []):
        assert len(exemption["reason"].split()) >= 5
        assert exemption["owner"].strip()
        assert today <= date.fromisoformat(exemption["expires"])
        assert exemption["control"] in CONTROLS


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_needs_no_remediation(stack: str) -> None:
    everywhere = {control.id: "remediate" for control in CONTROLS.values() if control.remediate}
    result = judged_at(stack, preview=True, config=everywhere)
    assert [(event.policy, event.urn, event.properties) for event in result.remediated] == []
    assert {finding.message for finding in result.findings} == {finding.message for finding in judged(stack, preview=True).findings}


@pytest.mark.parametrize("stack", STACKS)
def test_what_a_preview_defers_is_pinned(stack: str) -> None:
    assert deferred(stack) == json.loads(DEFERRED.read_text())[stack]


@pytest.mark.parametrize("stack", OWN)
def test_critical_controls_defer_only_for_a_listed_reason(stack: str) -> None:
    critical = {name for name in deferred(stack) if CONTROLS[name].severity is Severity.CRITICAL}
    assert critical <= set(CRITICAL_MAY_DEFER)


def test_no_reason_is_left_over() -> None:
    assert set(CRITICAL_MAY_DEFER) <= {name for stack in OWN for name in deferred(stack)}


@pytest.mark.parametrize("stack", STACKS)
def test_an_update_defers_nothing(stack: str) -> None:
    findings = judged(stack, preview=False).findings
    assert [finding.message for finding in findings if finding.deferred or "cannot be verified" in finding.message] == []
