"""What holds of every remediation, over gRPC: it rests after one turn, satisfies its control, and leaves alone what is not its business."""

import json
import random
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from google.protobuf import json_format
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pulumi.runtime.proto import analyzer_pb2

from guard.control import Control
from guard.registry import controls
from tests.policy.harness import Analyzer, analyzer, struct
from tests.policy.mutation import cases_of
from tests.policy.shapes import TYPED, like
from tests.policy.worlds import TODAY, marked, world_of_case

pytestmark = pytest.mark.slow

REMEDIATING: Final = [control for control in controls() if control.remediate]
PLATFORM: Final = {
    "identity": {"name": "marquee", "owner": "media", "cost_centre": "cc-1"},
    "accounts": {"workload": "111122223333"},
    "regions": [{"name": "eu-west-1"}],
    "resilience": {"keep_data": True},
    "profile": "mature",
}
"""What a stack file says; some remediations take their values from it."""
_PATH: Final = re.compile(r" \(([^()]+)\)\. Fix: ")

COMPANIONS: Final = {
    "E7": {"kmsKeyId"},  # KMS needs a key; Kinesis's own where none is named
    "E10": {"sqsManagedSseEnabled"},  # excludes the key that the finding asks for, and is as good
}
"""Control → what its remediation sets beside what its findings point at."""

Props = dict[str, Any]


@pytest.fixture(scope="module", params=REMEDIATING, ids=lambda control: control.id)
def running(request: pytest.FixtureRequest, pack: Analyzer) -> tuple[Control, Analyzer]:
    """The pack with one control set to remediate."""
    control: Control = request.param
    pack.configure_stack(config={"marquee:platform": json.dumps(PLATFORM)})
    pack.configure({"pack": {"today": TODAY}, control.id: "remediate"})
    return control, pack


@pytest.fixture(scope="module")
def pack() -> Iterator[Analyzer]:
    with analyzer() as running:
        yield running


def subjects(control: Control, seed: int) -> tuple[str, Props]:
    """A type of the control and properties: its cases' own, with some of another shape put in, or of the type's shape altogether."""
    random_ = random.Random(seed)  # noqa: S311
    kind = random_.random()
    if kind < 0.5:
        case = random_.choice([case for case in cases_of(control.id) if case.items[0].type in control.types])
        own = marked(dict(world_of_case(case).resources[0].inputs))
        other = like(case.items[0].type, random_, TYPED)
        kept = {name: value for name, value in own.items() if random_.random() < 0.9}
        return case.items[0].type, marked({**{name: other[name] for name in other if random_.random() < 0.2}, **kept})
    type_ = random_.choice(control.types[:60])
    return type_, marked(like(type_, random_, TYPED))


def question(type_: str, props: Mapping[str, Any]) -> analyzer_pb2.AnalyzeRequest:
    provider = analyzer_pb2.AnalyzerProviderResource(type="pulumi:providers:aws", properties=struct({"region": "eu-west-1"}))
    return analyzer_pb2.AnalyzeRequest(type=type_, urn="urn:x", name="x", properties=struct(props), provider=provider)


def remediated(pack: Analyzer, type_: str, props: Props) -> Props | None:
    answer = pack.stub.Remediate(question(type_, props))
    assert len(answer.remediations) <= 1
    return json_format.MessageToDict(answer.remediations[0].properties) if answer.remediations else None


def findings(pack: Analyzer, control: Control, type_: str, props: Props) -> list[str]:
    """What the control finds wrong; not what it defers."""
    said = [item.message for item in pack.stub.Analyze(question(type_, props)).diagnostics if item.policyName == control.id]
    return [message for message in said if "] deferred: " not in message]


def changes(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Paths that differ, as findings write them, each with what was there."""
    if isinstance(before, dict) and isinstance(after, dict) and "4dabf18193072939515e22adb298388d" not in before:
        for name in {*before, *after}:
            yield from changes(before.get(name), after.get(name), f"{path}.{name}" if path else name)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for n, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changes(one, other, f"{path}[{n}]")
    elif before != after:
        yield path, before


def paths(messages: list[str]) -> set[str]:
    return {found[1] for message in messages if (found := _PATH.search(message))}


def unread(value: Any) -> bool:
    text = json.dumps(value)
    return "4dabf18193072939515e22adb298388d" in text or "04da6b54-80e4-46f7-96ec-b56ff0331ba9" in text


@examples(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_a_remediation_keeps_its_laws(running: tuple[Control, Analyzer], seed: int) -> None:
    control, pack = running
    type_, props = subjects(control, seed)
    props = json_format.MessageToDict(struct(props))  # numbers as the wire has them
    after = remediated(pack, type_, props)
    before = findings(pack, control, type_, props)
    if after is None:
        return
    assert remediated(pack, type_, after) is None, "a second turn changes something"
    left = findings(pack, control, type_, after)
    assert len(left) < len(before), f"{left} are left of {before}"
    assert paths(left) <= paths(before), f"{left} are new beside {before}"
    touched = dict(changes(props, after))
    assert touched
    for path, was in touched.items():
        assert not unread(was), f"{path} was not to be read"
        own = paths(before) | COMPANIONS.get(control.id, set())
        assert any(path.startswith(wrong) or wrong.startswith(path) for wrong in own), f"{path} is none of {own}"


def test_every_remediation_mends_a_failing_case_for_good(running: tuple[Control, Analyzer]) -> None:
    control, pack = running
    mended = 0
    for case in cases_of(control.id):
        if case.verdict == "fail":
            props = json_format.MessageToDict(struct(marked(dict(world_of_case(case).resources[0].inputs))))
            after = remediated(pack, case.items[0].type, props)
            mended += after is not None and not findings(pack, control, case.items[0].type, after)
    assert mended


def test_no_remediation_touches_what_its_control_does_not_blame(running: tuple[Control, Analyzer]) -> None:
    control, pack = running
    for case in cases_of(control.id):
        subject = case.items[0]
        if (
            case.verdict == "pass"
            and not case.settings
            and not case.config
            and not findings(pack, control, subject.type, dict(subject.props))
        ):
            assert remediated(pack, subject.type, dict(subject.props)) is None, str(case)
