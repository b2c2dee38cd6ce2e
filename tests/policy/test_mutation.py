"""No control can be talked out of its demand: whatever is broken in a compliant stack is caught by the control that is about it.

The score is the share of pairs (control, resource that it judges) with a caught mutant; below 100 % a test fails and lists the rest. Run
with `-s` to see it.
"""

from functools import cache
from typing import Final

import pytest
from pulumi.runtime.proto import analyzer_pb2

from guard.config import Config
from guard.control import Control, Status
from guard.registry import controls
from guard.resource import Resource
from guard.server import Servicer
from tests.policy.case import Case, all_cases
from tests.policy.mutation import Mutant, Search, judge, pairs, with_unknown
from tests.policy.stacks import STACKS, judged, platform
from tests.policy.worlds import World, stack_to_wire, to_wire, world_of_case, world_of_graph

pytestmark = pytest.mark.slow

CONTROLS: Final = {control.id: control for control in controls()}
PASSING: Final = [case for case in all_cases() if case.verdict == "pass"]
FAILING: Final = [case for case in all_cases() if case.verdict == "fail"]
UNKNOWN_IS_ENOUGH: Final = {
    "G1": "A provider's default tags stay in force beside tags that are not known yet.",
    "I5": "A boundary that another resource of the stack provides is one, whatever its ARN.",
    "P7.2": "An access control is there, whatever its id.",
    "R14.3": "The key's resource tells its region before its ARN is known.",
}
"""Controls that pass a resource although the value in question is not known yet, and what they know instead."""

Caught = tuple[Control, Resource, Mutant | None]


@cache
def world(stack: str) -> World:
    graph = judged(stack, preview=False).graph
    assert graph is not None, "an update of this stack is stopped: see test_stacks"
    return world_of_graph(graph, platform(stack))


@cache
def designated(stack: str) -> tuple[Caught, ...]:
    """Every pair of the stack with its mutant."""
    search, whole = Search(), world(stack)
    return tuple((control, subject, search.caught(control, subject, whole)) for control, subject in pairs(controls(), whole))


def described(caught: Caught) -> str:
    control, subject, mutant = caught
    return f"{control.id} on {subject.type} {subject.name}" + (f": {mutant.label}" if mutant else "")


def servicer(config: Config, *judges: Control) -> Servicer:
    return Servicer(judges, config)


def found(answer: analyzer_pb2.AnalyzeResponse, control: str, urn: str) -> list[str]:
    """Mandatory or not, what a control says of a resource; not what it defers."""
    said = [item.message for item in answer.diagnostics if item.policyName == control and item.urn == urn]
    return [message for message in said if "] deferred: " not in message]


@pytest.mark.parametrize("stack", STACKS)
def test_every_control_catches_a_mutant_of_every_resource_it_judges(stack: str) -> None:
    tried = designated(stack)
    missed = [described(caught) for caught in tried if caught[2] is None]
    print(f"{stack}: {len(tried) - len(missed)} of {len(tried)} pairs caught, {100 * (1 - len(missed) / len(tried)):.1f} %")
    assert len(tried) > 200
    assert missed == []


@pytest.mark.parametrize("stack", STACKS)
def test_the_pack_catches_the_mutants_off_the_wire(stack: str) -> None:
    whole = world(stack)
    for control, subject, mutant in designated(stack):
        if mutant is None or control.stack:
            continue
        broken = mutant.changed.get(subject.urn) or subject
        assert not found(servicer(whole.config, control).Analyze(to_wire(subject), None), control.id, subject.urn)
        answer = servicer(mutant.config or whole.config, control).Analyze(to_wire(broken), None)
        assert found(answer, control.id, subject.urn), described((control, subject, mutant))


def test_the_pack_catches_the_stacks_mutants_off_the_wire() -> None:
    whole = world("dev")
    first = {control.id: (control, subject, mutant) for control, subject, mutant in reversed(designated("dev")) if control.stack and mutant}
    assert len(first) > 10
    for control, subject, mutant in first.values():
        resources = mutant.resources(whole)
        running = servicer(mutant.config or whole.config, control)
        for resource in resources:
            running.Analyze(to_wire(resource), None)
        answer = running.AnalyzeStack(stack_to_wire(resources), None)
        assert found(answer, control.id, subject.urn), described((control, subject, mutant))


@pytest.mark.parametrize("case", FAILING, ids=str)
def test_a_failing_case_does_not_fail_without_its_control(case: Case) -> None:
    """The pack without the control: who deletes a control fails its cases."""
    whole = world_of_case(case, preview=True)
    others = servicer(whole.config, *(control for control in controls() if control.id != case.control))
    subject = whole.resources[0]
    answer = others.Analyze(to_wire(subject), None)
    answer.MergeFrom(others.AnalyzeStack(stack_to_wire(list(whole.resources)), None))
    assert not found(answer, case.control, subject.urn)
    assert judge(CONTROLS[case.control], subject, whole).status is Status.FAIL


@pytest.mark.parametrize("stack", STACKS)
def test_a_value_that_is_not_known_yet_never_passes_where_a_bad_one_fails(stack: str) -> None:
    whole = world(stack)
    silent: set[str] = set()
    for control, subject, mutant in designated(stack):
        unread = with_unknown(whole, mutant) if mutant else None
        if unread and judge(control, subject, whole, unread).status in (Status.PASS, Status.NOT_APPLICABLE):
            silent.add(control.id)
    assert silent <= set(UNKNOWN_IS_ENOUGH)


@pytest.mark.parametrize("control", controls(), ids=lambda control: control.id)
def test_what_a_passing_case_shows_can_be_broken(control: Control) -> None:
    """Also of the controls that judge nothing in our stacks."""
    search = Search()
    cases = [case for case in PASSING if case.control == control.id]
    assert cases
    for case in cases:
        whole = world_of_case(case)
        assert judge(control, whole.resources[0], whole).status is Status.PASS
        assert search.caught(control, whole.resources[0], whole), f"{case}: no mutant of it is caught"
